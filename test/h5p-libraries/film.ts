import type { Browser } from 'playwright-core'

/** Some seconds of a moving square, recorded by the browser itself: the repository holds no film. */
export const aFilm = async (browser: Browser): Promise<Buffer> => {
  const page = await browser.newPage()
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 })
    const draw = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm;codecs=vp8' })
    const parts: Blob[] = []
    recorder.addEventListener('dataavailable', ({ data }) => void parts.push(data))
    const over = new Promise((resolve) => recorder.addEventListener('stop', resolve))
    recorder.start()
    for (let frame = 0; frame < 60; frame += 1) {
      if (draw) Object.assign(draw, { fillStyle: `hsl(${frame * 6} 70% 50%)` }).fillRect(0, 0, 160, 90)
      await new Promise((later) => setTimeout(later, 50))
    }
    recorder.stop()
    await over
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
  })
  await page.close()
  return Buffer.from(bytes)
}
