import { collection, type Schema } from "../schema/schema.ts";
import { taskStatuses, taskTypes } from "./task.ts";

const text = (description: string) => ({ type: "string", description });
const blob = (description: string) => ({ type: ["null", "object"], description });

export const taskSchema: Schema = {
  name: "task",
  properties: {
    id: {
      ...text("An identifier for the task"),
      pattern: "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$",
    },
    type: { ...text("The type of task represented by this content"), enum: taskTypes },
    status: { ...text("The current status of this task"), enum: taskStatuses },
    input: blob("The parameters required by task, JSON blob"),
    result: blob("The result of current task, JSON blob"),
    owner: text("An identifier for the owner of this task"),
    message: text("Human-readable informative message only included when appropriate (usually on failure)"),
    image_id: text("Image associated with the task"),
    request_id: text("Human-readable informative request-id"),
    user_id: text("User associated with the task"),
    expires_at: { type: ["null", "string"], description: "Datetime when this resource would be subject to removal" },
    created_at: text("Datetime when this resource was created"),
    updated_at: text("Datetime when this resource was updated"),
    self: { type: "string", readOnly: true },
    schema: { type: "string", readOnly: true },
  },
  additionalProperties: false,
};

const {
  input: _,
  result: __,
  message: ___,
  image_id: ____,
  request_id: _____,
  user_id: ______,
  ...stub
} = taskSchema.properties;
export const tasksSchema = collection("tasks", { ...taskSchema, properties: stub });
