/** What identity asks of a password hash. Hashes are PHC strings: they carry their own parameters. */
export interface PasswordDriver {
  hash(password: string): Promise<string>;
  /** `null`: there is no such user or password. Takes as long as a real check, and is never true. */
  matches(password: string, hash: string | null): Promise<boolean>;
}

/** A domain whose users (and groups) are kept in a directory. */
export interface Directory {
  readonly domainId: string;
  readonly domainName: string;
  /** Every option of the domain's configuration in the group `ldap`, by default where nothing is said. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether its groups are kept there as well. */
  readonly groups: boolean;
}
/** A user as the directory has it. */
export interface DirectoryUser {
  /** Its id there, unique in the domain. */
  readonly localId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly defaultProjectId: string | null;
  readonly extra: Readonly<Record<string, string>>;
}
export interface DirectoryGroup {
  readonly localId: string;
  readonly name: string;
  readonly description: string;
  readonly extra: Readonly<Record<string, string>>;
}
/** What a list asks of names. */
export interface Condition {
  readonly how: "equals" | "contains" | "startswith" | "endswith";
  readonly value: string;
}
export type Walk = "starts" | "goes on";

/** A user who is there now, with the groups it is in; null: they are not kept there. */
export interface Present {
  readonly user: DirectoryUser;
  readonly groups: readonly DirectoryGroup[] | null;
}
/** What a first look at a directory finds. */
export interface Look {
  readonly servers: readonly { readonly url: string; readonly trouble: string | null }[];
  readonly users: { readonly count: number; readonly first: readonly string[]; readonly trouble: string | null };
  readonly groups: { readonly count: number; readonly first: readonly string[]; readonly trouble: string | null };
}

/**
 * What identity asks of directories. Everything is only read. Unavailable: it does not answer; Refused: its options make
 * no sense. Undefined: there is no such entry.
 */
export interface DirectoryDriver {
  /** `walk`: a walk over pages that starts here, or goes on over the list that it started with. */
  users(at: Directory, names: readonly Condition[], walk?: Walk): Promise<readonly DirectoryUser[]>;
  groups(at: Directory, names: readonly Condition[], walk?: Walk): Promise<readonly DirectoryGroup[]>;
  user(at: Directory, localId: string): Promise<DirectoryUser | undefined>;
  group(at: Directory, localId: string): Promise<DirectoryGroup | undefined>;
  members(at: Directory, groupId: string): Promise<readonly DirectoryUser[] | undefined>;
  /** Those of these users who are there now. */
  present(at: Directory, localIds: readonly string[]): Promise<readonly Present[]>;
  /** The user, if this is the password. A refusal takes the same time whether there is such a user or not. */
  login(at: Directory, who: { localId: string } | { name: string }, password: string): Promise<Present | undefined>;
  look(at: Directory): Promise<Look>;
  /** Lets go of what is kept for a domain: its configuration has changed, or it is gone. */
  leave(domainId: string): void;
}

/** What an identity provider says of a user: attributes with their values. */
export type Assertion = Readonly<Record<string, readonly string[]>>;

/** A browser on its way to its provider. */
export interface Departure {
  readonly url: string;
  /** What it comes back with. */
  readonly state: string;
  /** What is needed when it comes back; nobody else may see it. */
  readonly secrets: string;
}

/**
 * What identity asks of identity providers, by their ids. Unavailable: the provider does not answer; Refused: it does not
 * vouch for this, or the configuration does not say how it is reached.
 */
export interface FederationDriver {
  /** What a bearer token of the provider's says of its user. */
  read(providerId: string, bearer: string): Promise<Assertion>;
  begin(providerId: string, redirectUri: string): Promise<Departure>;
  /** `arrived`: the whole URL that the browser came back to. */
  finish(providerId: string, arrived: string, secrets: string): Promise<Assertion>;
}

/** Everything that identity asks of what is outside. */
export interface IdentityDriver extends PasswordDriver {
  readonly federation: FederationDriver;
  readonly directories: DirectoryDriver;
  /** What the operator wants assertions for other clouds to be signed with, in PEM; absent: a key of the cloud's own. */
  readonly samlKey?: { readonly privateKey: string; readonly certificate: string };
}
