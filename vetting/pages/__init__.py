"""The pages of those who vet and decide. Each finds within reach, calls, and answers; none decides."""
