-- What the data plane says of itself when the program starts.
create table network_data_plane (
  only_one boolean primary key default true check (only_one),
  overlay_mtu integer not null
);
