"""Three models with geometry, for the tests of the geometry fields alone."""
