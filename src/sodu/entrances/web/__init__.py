"""The portal: pages, and the process that serves them."""
