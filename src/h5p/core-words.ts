import type { Say } from '../infra/index.js'

/** What H5P's own core asks words for while a content plays, by its own names. What the sharing dialogs of its Hub say isn't here: they never open. */
const KEYS = [
  'fullscreen', 'disableFullscreen', 'download', 'copyrights', 'embed', 'size', 'showAdvanced', 'hideAdvanced', 'advancedHelp',
  'copyrightInformation', 'close', 'title', 'author', 'year', 'source', 'license', 'thumbnail', 'noCopyrights', 'reuse', 'reuseContent',
  'reuseDescription', 'downloadDescription', 'copyrightsDescription', 'embedDescription', 'h5pDescription', 'contentChanged',
  'startingOver', 'by', 'showMore', 'showLess', 'subLevel', 'confirmDialogHeader', 'confirmDialogBody', 'cancelLabel', 'confirmLabel',
  'licenseU', 'licenseCCBY', 'licenseCCBYSA', 'licenseCCBYND', 'licenseCCBYNC', 'licenseCCBYNCSA', 'licenseCCBYNCND', 'licenseCC40',
  'licenseCC30', 'licenseCC25', 'licenseCC20', 'licenseCC10', 'licenseGPL', 'licenseV3', 'licenseV2', 'licenseV1', 'licensePD',
  'licenseCC010', 'licensePDM', 'licenseC', 'contentType', 'licenseExtras', 'changes', 'contentCopied', 'connectionLost',
  'connectionReestablished', 'resubmitScores', 'offlineDialogHeader', 'offlineDialogBody', 'offlineDialogRetryMessage',
  'offlineDialogRetryButtonLabel', 'offlineSuccessfulSubmit',
] as const

/** The core's own words (`H5PIntegration.l10n.H5P`) in the learner's language; what else Lumi brings stays as it is. */
export const coreWords = (t: Say, others: Record<string, unknown> = {}): Record<string, unknown> => ({ ...others, ...Object.fromEntries(KEYS.map((key) => [key, t(`h5p-core.${key}`)])) })
