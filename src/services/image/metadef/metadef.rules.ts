import { projectRules } from "../actor.ts";

const admin = "rule:admin_api";
const seen = "rule:admin_api or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))";
const reader = "rule:admin_api or (role:reader and project_id:%(project_id)s)";

/** Glance's own rule names for metadata definitions. */
export const rule = projectRules({
  get_metadef_namespace: [seen, "Show one namespace of metadata definitions."],
  get_metadef_namespaces: [reader, "List namespaces of metadata definitions."],
  add_metadef_namespace: [admin, "Create a namespace of metadata definitions."],
  modify_metadef_namespace: [admin, "Change a namespace of metadata definitions."],
  delete_metadef_namespace: [admin, "Delete a namespace of metadata definitions, or all of one kind in it."],
  get_metadef_object: [seen, "Show one object of a namespace."],
  get_metadef_objects: [seen, "List the objects of a namespace."],
  add_metadef_object: [admin, "Add an object to a namespace."],
  modify_metadef_object: [admin, "Change an object of a namespace."],
  delete_metadef_object: [admin, "Delete an object of a namespace."],
  get_metadef_property: [seen, "Show one property of a namespace."],
  get_metadef_properties: [seen, "List the properties of a namespace."],
  add_metadef_property: [admin, "Add a property to a namespace."],
  modify_metadef_property: [admin, "Change a property of a namespace."],
  remove_metadef_property: [admin, "Delete a property of a namespace."],
  get_metadef_tag: [seen, "Show one tag of a namespace."],
  get_metadef_tags: [seen, "List the tags of a namespace."],
  add_metadef_tag: [admin, "Add a tag to a namespace."],
  add_metadef_tags: [admin, "Give a namespace its tags."],
  modify_metadef_tag: [admin, "Rename a tag of a namespace."],
  delete_metadef_tag: [admin, "Delete a tag of a namespace."],
  delete_metadef_tags: [admin, "Delete all tags of a namespace."],
  list_metadef_resource_types: [reader, "List resource types that metadata definitions may be about."],
  get_metadef_resource_type: [seen, "List the resource types that a namespace is about."],
  add_metadef_resource_type_association: [admin, "Say that a namespace is about a resource type."],
  remove_metadef_resource_type_association: [admin, "Say that a namespace is no longer about a resource type."],
});
