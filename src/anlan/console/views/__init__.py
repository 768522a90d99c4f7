"""One module for each kind of page. A view reads the request, makes one call, renders."""
