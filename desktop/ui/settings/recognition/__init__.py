"""The pages on how messages and notices of Octopods are recognised."""
