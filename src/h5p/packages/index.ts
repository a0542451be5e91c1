/** Packages: `.h5p` files in and out, and the gate that strangers' files pass first. */
export { isActiveSvg } from './active.js'
export { bringLibraries, type BroughtFile } from './bring.js'
export { exportPackage, folderOfContent } from './export.js'
export { faultsInFolder } from './gate.js'
export { MEDIA_LIMITS, WHITELISTS } from './endings.js'
export { checkPackage, importPackage, installLibraries, type BroughtContent, type ImportDeps } from './import.js'
export { zipOf } from './zip.js'
export { unzip, ZipRefused, type ZipFault, type ZipLimits } from './unzip.js'
