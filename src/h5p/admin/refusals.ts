import { Refusal } from '../../infra/index.js'

/** A library that contents, drafts or other libraries need: `by` names some of them. */
export class LibraryInUse extends Refusal { readonly code = 'admin/library-in-use'; readonly status = 409 }
/** One of the project's own: it comes and goes with the program. */
export class OwnLibrary extends Refusal { readonly code = 'admin/own-library'; readonly status = 409 }
/** An archive of which not everything was taken; `said` has each one's sentence. */
export class TypesRefused extends Refusal { readonly code = 'admin/types-refused'; readonly status = 422 }
/** The Hub isn't to be called: H5P_HUB isn't set. */
export class HubOff extends Refusal { readonly code = 'admin/hub-off'; readonly status = 409 }
/** The Hub can't be reached, or says nothing of use. */
export class HubUnreachable extends Refusal { readonly code = 'admin/hub-unreachable'; readonly status = 502 }
/** What a draft became names libraries that aren't installed. */
export class UpgradeLacks extends Refusal { readonly code = 'admin/upgrade-lacks'; readonly status = 409 }
/** A draft can't be brought to the newer version. */
export class UpgradeRefused extends Refusal { readonly code = 'admin/upgrade-refused'; readonly status = 409 }
