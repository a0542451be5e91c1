/** Registration: how an LMS comes to know us, and we it. Read register.ts first: the whole of a dynamic registration. */
export { carefulFetch, FetchFault, type Care } from './careful-fetch.js'
export { createRegistrationLinks, sameIssuer, type RegistrationLink, type RegistrationLinks } from './links.js'
export { readConfiguration, type PlatformConfiguration } from './platform-configuration.js'
export { RegistrationRefused } from './refusals.js'
export { register, type RegisterDeps } from './register.js'
export { registrationRoutes, type RegistrationRouteDeps } from './routes.js'
export { toolAddresses } from './tool.js'
