import { readCatalog } from "./catalog/catalog.store.ts";
import { addressed } from "./catalog/catalog.ts";
import type { Identity } from "./index.ts";
import { check } from "./keepers.ts";
import { joined } from "./kit.ts";
import { findProject, findScopedProject, listLineage } from "./project/project.store.ts";

export const identityOffer: Identity = {
  async hasProject(tx, id) {
    const it = await findScopedProject(joined(tx).db, { id });
    return it?.enabled === true;
  },
  async verify(token) {
    return (await check(token))?.actor;
  },
  async projectNamed(tx, named) {
    const { db } = joined(tx);
    const it =
      (await findScopedProject(db, { id: named })) ??
      (await findScopedProject(db, { name: named, domain: { id: "default" } }));
    return it?.enabled ? it.id : undefined;
  },
  async domainOf(tx, id) {
    const it = await findProject(joined(tx).db, id);
    return it?.domainId ?? it?.id;
  },
  lineage: (tx, id) => listLineage(joined(tx).db, id),
  async endpoint(tx, { type, region, interface: face, projectId }) {
    const { services, endpoints } = await readCatalog(joined(tx).db, projectId);
    const ids = services.filter((it) => it.type === type && it.enabled).map(({ id }) => id);
    const found = endpoints.find(
      (it) => ids.includes(it.serviceId) && it.enabled && it.regionId === region && it.interface === face,
    );
    return found && addressed(found.url, { projectId, userId: "" });
  },
};
