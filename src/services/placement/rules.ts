import { rules } from "#platform/api/rules.ts";

const operator = "rule:admin_api or rule:service_api";
const reader = "rule:admin_api or rule:service_api or rule:project_reader";

export const rule = {
  providers: rules("placement:resource_providers", {
    list: [operator, "List resource providers."],
    create: [operator, "Create a resource provider."],
    show: [operator, "Show a resource provider."],
    update: [operator, "Rename or move a resource provider."],
    delete: [operator, "Delete a resource provider."],
  }),
  classes: rules("placement:resource_classes", {
    list: [operator, "List resource classes."],
    create: [operator, "Create a resource class."],
    show: [operator, "Show a resource class."],
    update: [operator, "Update a resource class."],
    delete: [operator, "Delete a resource class."],
  }),
  inventories: rules("placement:resource_providers:inventories", {
    list: [operator, "List a provider's inventories."],
    create: [operator, "Add an inventory."],
    show: [operator, "Show one inventory."],
    update: [operator, "Write inventories."],
    delete: [operator, "Delete inventories."],
  }),
  aggregates: rules("placement:resource_providers:aggregates", {
    list: [operator, "List a provider's aggregates."],
    update: [operator, "Write a provider's aggregates."],
  }),
  traits: rules("placement:traits", {
    list: [operator, "List traits."],
    show: [operator, "Show a trait."],
    update: [operator, "Create a trait."],
    delete: [operator, "Delete a trait."],
  }),
  providerTraits: rules("placement:resource_providers:traits", {
    list: [operator, "List a provider's traits."],
    update: [operator, "Write a provider's traits."],
    delete: [operator, "Remove a provider's traits."],
  }),
  allocations: rules("placement:allocations", {
    manage: [operator, "Write the allocations of several consumers."],
    list: [operator, "List a consumer's allocations."],
    update: [operator, "Write a consumer's allocations."],
    delete: [operator, "Delete a consumer's allocations."],
  }),
  providerAllocations: rules("placement:resource_providers:allocations", {
    list: [operator, "List the allocations on a provider."],
  }),
  providerUsages: rules("placement:resource_providers", { usages: [operator, "Show what is taken on a provider."] }),
  usages: rules("placement", { usages: [reader, "Show what a project has taken."] }),
  candidates: rules("placement:allocation_candidates", { list: [operator, "List allocation candidates."] }),
  reshaper: rules("placement:reshaper", { reshape: [operator, "Write inventories and allocations at once."] }),
};
