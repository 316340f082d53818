import { artifactDriverLaws } from "#services/artifact/driver.laws.ts";
import { simulatedArtifacts } from "./driver.ts";

artifactDriverLaws("memory", () => simulatedArtifacts());
