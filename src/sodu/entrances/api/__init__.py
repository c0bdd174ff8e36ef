"""The API: the same questions and answers as the pages, for programs."""
