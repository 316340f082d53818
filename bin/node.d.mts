export const nodeOptions: readonly string[];
export function nodeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
