"""Pages of the sites that are nominated for an audit."""
