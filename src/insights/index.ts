/** Insights: what staff see of a run: who is where, who is stuck and on what, the ladder with names; and the little they change. */
export { insightsRoutes, type InsightsDeps } from './routes.js'
export { staffFrame, type StaffFrame, type StaffPage } from './frame.js'
export { STUCK, stuckOn, type StuckReason } from './stuck.js'
