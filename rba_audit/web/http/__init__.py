"""HTTP mechanics shared by all pages: access, errors, redirects, formatting, memo, and the services of the application."""
