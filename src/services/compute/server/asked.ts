import type { Flag } from "../words.ts";

/** What requests say of a server, as they say it. */
export interface AskedNetwork {
  uuid?: string;
  port?: string | null;
  fixed_ip?: string;
  tag?: string;
}
export interface AskedDisk {
  uuid?: string;
  volume_id?: string;
  source_type?: "volume" | "image" | "snapshot" | "blank";
  destination_type?: "local" | "volume";
  boot_index?: number | string | null;
  volume_size?: number | string;
  delete_on_termination?: Flag;
  device_name?: string | null;
  guest_format?: string | null;
  tag?: string;
}
export interface AskedServer {
  name: string;
  description?: string | null;
  hostname?: string;
  imageRef?: string;
  flavorRef: string | number;
  adminPass?: string;
  metadata?: Record<string, string>;
  tags?: string[];
  networks?: AskedNetwork[] | "auto" | "none";
  security_groups?: { name?: string }[];
  key_name?: string;
  user_data?: string;
  config_drive?: Flag;
  personality?: { path?: string; contents?: string }[];
  block_device_mapping?: AskedDisk[];
  block_device_mapping_v2?: AskedDisk[];
  min_count?: number | string;
  max_count?: number | string;
  return_reservation_id?: Flag;
  availability_zone?: string;
  host?: string;
  hypervisor_hostname?: string;
  trusted_image_certificates?: string[] | null;
  accessIPv4?: string;
  accessIPv6?: string;
  "OS-DCF:diskConfig"?: "AUTO" | "MANUAL";
  "os:scheduler_hints"?: Record<string, unknown>;
}
export interface CreateServer {
  server: AskedServer;
  "os:scheduler_hints"?: Record<string, unknown>;
  "OS-SCH-HNT:scheduler_hints"?: Record<string, unknown>;
}
export interface UpdateServer {
  server: Pick<AskedServer, "description" | "hostname" | "accessIPv4" | "accessIPv6" | "OS-DCF:diskConfig"> & {
    name?: string;
  };
}
