/** Forms: what the page of a draft is made of, from its type's semantics. */
export { faultsOf, formData, semanticsFor, type FormUrls } from './form-view.js'
export { keyOf, type SaidFault } from './fault-words.js'
export { labelsFor } from './labels.js'
