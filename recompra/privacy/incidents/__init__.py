"""The register of incidents, whom they touched, and who must be told until when."""
