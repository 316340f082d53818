/** Not for tokens of a domain. */
export const outsideDomains = (check: string) => `(${check}) and domain_id:None`;

/** For tokens of a project (or of nothing), neither of a domain nor of the system. */
export const inProjects = (check: string) => `(${check}) and domain_id:None and system_scope:None`;
