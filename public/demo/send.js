// The form is all there is on the page: it sends itself.
document.querySelector('#send').submit()
