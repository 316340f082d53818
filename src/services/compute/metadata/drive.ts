import { type Content, isContent } from "#platform/service/content.ts";
import { ec2Tree, type Tree } from "./ec2.ts";
import { injectedFiles, openstackDocuments, openstackVersions } from "./openstack.ts";
import type { Subject } from "./subject.ts";

/** The files of the config drive: the same documents as the metadata service's. */
export function configDriveFiles(of: Subject): Record<string, Content> {
  const files: Record<string, Content> = {};
  for (const version of [...openstackVersions, "latest"])
    for (const [name, text] of Object.entries(openstackDocuments(of, version)))
      if (name !== "password") files[`openstack/${version}/${name}`] = text;
  for (const [path, text] of Object.entries(injectedFiles(of))) files[`openstack/${path}`] = text;
  const { "meta-data": metaData, "user-data": userData } = ec2Tree(of);
  for (const version of ["2009-04-04", "latest"]) {
    files[`ec2/${version}/meta-data.json`] = JSON.stringify(withoutIndex(metaData as Tree));
    if (userData !== undefined && isContent(userData)) files[`ec2/${version}/user-data`] = userData;
  }
  return files;
}

/** On the drive the public keys stand by their number alone. */
function withoutIndex(tree: Tree): Tree {
  const keys = tree["public-keys"];
  if (typeof keys !== "object") return tree;
  return {
    ...tree,
    "public-keys": Object.fromEntries(Object.entries(keys).map(([name, it]) => [name.split("=")[0], it])),
  };
}
