"""Where facts live: the contract's tables, the record of what was loaded, and the engines that sum it."""
