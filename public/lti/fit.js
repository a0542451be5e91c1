/** A page that only has to fit the frame it may stand in. */
import { fitFrame } from './resize.js'

if (window.parent !== window) fitFrame()
