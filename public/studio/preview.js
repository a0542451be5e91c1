import { makePreview } from './form/preview.js'

const host = document.getElementById('preview')
makePreview({ host, address: host.dataset.frame, title: host.dataset.title, onstate: (state) => (host.dataset.state = state) }).update('once')
