/** What H5P's core looks for before it runs: read from the page's data, since no script may stand in the page itself. */
window.H5PIntegration = JSON.parse(document.getElementById('h5p-integration').textContent)
