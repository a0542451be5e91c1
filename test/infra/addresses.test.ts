import { expect, it } from 'vitest'
import { makeLimits, networkOf, pathForLog } from '../../src/infra/index.js'

it.each([
  ['203.0.113.7', '203.0.113.7'], ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:db8:1:2::9', '2001:db8:1:2::/64'], ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'], ['::1', '0:0:0:0::/64'], ['fe80::1%eth0', 'fe80:0:0:0::/64'], ['a name', 'a name'], ['', ''],
])('%j counts as %j', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

it('who changes their IPv6 address within their network is still the same; another network is another', async () => {
  const limits = makeLimits()
  const ONE = { points: 1, seconds: 60 }
  await limits.consume('door', '2001:db8:1:2::1', ONE)
  await expect(limits.consume('door', '2001:db8:1:2:ffff::2', ONE)).rejects.toMatchObject({ code: 'infra/too-many-tries' })
  await limits.consume('door', '2001:db8:1:3::1', ONE)
})

it('the log has no address of a credential, which shows it to whoever has it', () => {
  expect(['/verify/SECRET', '/verify/SECRET.json', '/verify/SECRET/x?y=1', '/verify'].map(pathForLog)).toEqual(['/verify/…', '/verify/…', '/verify/…/x', '/verify'])
})
