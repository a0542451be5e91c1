/** What a test, or who tries the LMS, may have otherwise. */
export interface Settings {
  /** What tools are told of people. */
  privacy: { names: boolean; emails: boolean }
  /** Announces `lti_storage_target` and keeps what tools store in the page. */
  storage: boolean
  /** As many members in a page as this, however many are asked for. */
  membersPerPage?: number
  /** How a tool arrives that registers itself. */
  registration: 'active' | 'pending'
  timezone: string
  /** What a deep linking request asks for. @see [Deep Linking 2.0, 4.4.1](https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-settings) */
  deepLinking: {
    accept_types: string[]
    accept_presentation_document_targets: string[]
    accept_media_types?: string
    accept_multiple?: boolean
    accept_lineitem?: boolean
    auto_create?: boolean
    title?: string
    text?: string
    /** Sent in place of what the LMS makes up, and expected back. */
    data?: string
    /** In place of the LMS's own address. */
    deep_link_return_url?: string
  }
}
export const defaultSettings = (): Settings => ({
  privacy: { names: true, emails: true }, storage: false, registration: 'pending', timezone: 'Europe/Budapest',
  deepLinking: { accept_types: ['ltiResourceLink'], accept_presentation_document_targets: ['iframe', 'window'], accept_multiple: true, accept_lineitem: true, auto_create: false },
})
