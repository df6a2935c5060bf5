"""Review pages: the queue, one visit, comparisons and disagreements."""
