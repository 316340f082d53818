/** What identity asks of a password hash. Hashes are PHC strings: they carry their own parameters. */
export interface PasswordDriver {
  hash(password: string): Promise<string>;
  /** `null`: there is no such user or password. Takes as long as a real check, and is never true. */
  matches(password: string, hash: string | null): Promise<boolean>;
}
