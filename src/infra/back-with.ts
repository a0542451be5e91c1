/** What a tool may say as it gives a person back. @see [LTI 1.3 Core, launch presentation claim](https://www.imsglobal.org/spec/lti/v1p3/#launch-presentation-claim) */
export interface SaidBack { lti_msg?: string; lti_log?: string; lti_errormsg?: string; lti_errorlog?: string }

/** The way back to the LMS with words for the person, and for the platform's log. Undefined for what is no web address. */
export const backWith = (returnUrl: string | undefined, said: SaidBack): string | undefined => {
  const url = returnUrl !== undefined && URL.canParse(returnUrl) ? new URL(returnUrl) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') return undefined
  for (const [name, value] of Object.entries(said) as [string, string | undefined][]) if (value) url.searchParams.set(name, value)
  return url.href
}
