import { ContentPermission, GeneralPermission, type IPermissionSystem } from '@lumieducation/h5p-server'
import type { Author, ContentDocs } from '../store/index.js'

/** Who edits what: made of a ticket for each request. `course` keeps Lumi's storages to that course. */
export interface Editing extends Author { course: string; draft?: string; admin?: true }

/**
 * An author sees and changes the one draft of their ticket, and begins a new one only where the ticket names none. Whatever isn't
 * said here is refused. Copying from one content to another is asked for as `View` of the other: of the same course, that is allowed.
 */
export const editorPermissions = (docs: Pick<ContentDocs, 'of'>): IPermissionSystem<Editing> => ({
  async checkForContent(user, permission, content) {
    if (!user) return false
    if (permission === ContentPermission.Create) return user.draft === undefined
    if (permission !== ContentPermission.View && permission !== ContentPermission.Edit) return false
    if (content === undefined || (await docs.of(content))?.course !== user.course) return false
    // A content that was just begun under this ticket is written once more, with its files.
    return permission === ContentPermission.View || user.draft === undefined || user.draft === content
  },
  checkForUserData: () => Promise.resolve(false),
  // The storage keeps each user's own.
  checkForTemporaryFile: (user) => Promise.resolve(user !== undefined),
  checkForGeneralAction: (user, permission) =>
    Promise.resolve(user?.admin === true && [GeneralPermission.CreateRestricted, GeneralPermission.InstallRecommended, GeneralPermission.UpdateAndInstallLibraries].includes(permission)),
})
