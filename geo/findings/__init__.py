"""What a release shows beyond its figures: who differs, where, and how sure that is. Run when a release is made, never in a request."""
