/** Deep linking: in the LMS's course editor an author or instructor chooses what of Keyroom the course links to. */
export { deepLinkingAnswer, deepLinkingRoutes, type DeepLinkingDeps, type NewCourse } from './routes.js'
