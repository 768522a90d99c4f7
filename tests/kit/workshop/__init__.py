"""Jobs for the tests of the background worker."""
