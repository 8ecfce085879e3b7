"""The sample workspace, its tour and its windows."""
