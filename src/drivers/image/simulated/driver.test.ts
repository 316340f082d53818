import { imageDriverLaws } from "#services/image/driver.laws.ts";
import { simulatedImages } from "./driver.ts";

imageDriverLaws("memory", () => simulatedImages());
