"""HTTP mechanics shared by all pages: access, errors, redirects, formatting, memo, and the services of the application.

Public modules: `access`, `body_limits`, `compression`, `downloads`, `errors`, `export_log`, `formatting`, `intake`,
`labels`, `memo`, `navigation`, `provenance`, `redirects`, `request_log`, `script_packs`, `server`, `services`,
`static_files`, `visit_filter`.
"""
