import { registryDriverLaws } from "#services/container-registry/driver.laws.ts";
import { simulatedRegistry } from "./driver.ts";

registryDriverLaws("memory", () => simulatedRegistry());
