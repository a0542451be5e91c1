const AGS = 'https://purl.imsglobal.org/spec/lti-ags/scope/'
export const SCOPES = {
  lineItem: `${AGS}lineitem`, lineItemRead: `${AGS}lineitem.readonly`, result: `${AGS}result.readonly`, score: `${AGS}score`,
  members: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const
/** What a tool can be let do. */
export const OFFERED: string[] = Object.values(SCOPES)
export const isGradeScope = (scope: string): boolean => scope.startsWith(AGS)
