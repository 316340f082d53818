-- The common definitions: namespaces that every cloud has, by OpenStack's own names. Nobody's, protected, and everybody's to see.
-- A definition that is there already stays as it is.
create temporary table given on commit drop as
select value as it, ordinality as nth, md5('image namespace ' || (value ->> 'namespace')) as key
from jsonb_array_elements($definitions$
[
{"namespace": "OS::Compute::Hypervisor", "display_name": "Hypervisor Selection", "description": "On which kind of hypervisor a server with this image may run.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}], "properties": {
   "hypervisor_type": {"title": "Hypervisor type", "description": "The hypervisor that the image was made for.", "type": "string", "enum": ["baremetal", "hyperv", "kvm", "lxc", "powervm", "qemu", "uml", "vmware", "vz", "xen"]},
   "vm_mode": {"title": "Guest mode", "description": "Which interface the hypervisor offers the guest: hvm is whole hardware.", "type": "string", "enum": ["hvm", "xen", "uml", "exe"]}}},
{"namespace": "OS::Compute::VirtCPUTopology", "display_name": "Virtual CPU Topology", "description": "How the virtual CPUs of a server are laid out in sockets, cores and threads. What is not said is chosen, within the limits that are.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Cinder::Volume", "prefix": "hw_", "properties_target": "image"}, {"name": "OS::Nova::Flavor", "prefix": "hw:"}], "properties": {
   "cpu_sockets": {"title": "Sockets", "description": "How many sockets the guest sees.", "type": "integer", "minimum": 1},
   "cpu_cores": {"title": "Cores", "description": "How many cores a socket has.", "type": "integer", "minimum": 1},
   "cpu_threads": {"title": "Threads", "description": "How many threads a core has.", "type": "integer", "minimum": 1},
   "cpu_max_sockets": {"title": "Most sockets", "description": "As many sockets as the guest may have at most, whatever is chosen.", "type": "integer", "minimum": 1},
   "cpu_max_cores": {"title": "Most cores", "description": "As many cores as a socket may have at most.", "type": "integer", "minimum": 1},
   "cpu_max_threads": {"title": "Most threads", "description": "As many threads as a core may have at most.", "type": "integer", "minimum": 1}}},
{"namespace": "OS::Compute::CPUPinning", "display_name": "CPU Pinning", "description": "Whether virtual CPUs have host CPUs to themselves.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Cinder::Volume", "prefix": "hw_", "properties_target": "image"}, {"name": "OS::Nova::Flavor", "prefix": "hw:"}], "properties": {
   "cpu_policy": {"title": "CPU policy", "description": "dedicated: each virtual CPU is bound to a host CPU of its own. shared: they float.", "type": "string", "enum": ["shared", "dedicated"]},
   "cpu_thread_policy": {"title": "CPU thread policy", "description": "What becomes of the sibling threads of a bound host CPU: used first, needed, or left idle.", "type": "string", "enum": ["isolate", "prefer", "require"]}}},
{"namespace": "OS::Compute::CPUMode", "display_name": "CPU Mode", "description": "Which CPU the guest sees.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Nova::Flavor", "prefix": "hw:"}], "properties": {
   "cpu_mode": {"title": "CPU mode", "description": "none leaves it to the hypervisor, host-model shows the nearest named one, host-passthrough the host's own.", "type": "string", "enum": ["none", "host-model", "host-passthrough", "custom"]}}},
{"namespace": "OS::Compute::NUMA", "display_name": "NUMA Topology", "description": "How many memory nodes a guest sees, and how its CPUs and memory are spread over them.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Nova::Flavor", "prefix": "hw:"}], "properties": {
   "numa_nodes": {"title": "NUMA nodes", "description": "How many memory nodes the guest sees.", "type": "integer", "minimum": 1},
   "numa_mempolicy": {"title": "Memory policy", "description": "Whether memory must come from the node or should.", "type": "string", "enum": ["strict", "preferred"]},
   "pci_numa_affinity_policy": {"title": "PCI affinity", "description": "How close PCI devices must be to the guest's node.", "type": "string", "enum": ["required", "socket", "preferred", "legacy"]}}},
{"namespace": "OS::Compute::GuestMemoryBacking", "display_name": "Guest Memory Backing", "description": "In pages of which size the host gives a guest its memory.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor", "prefix": "hw:"}, {"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Cinder::Volume", "prefix": "hw_", "properties_target": "image"}], "properties": {
   "mem_page_size": {"title": "Page size", "description": "small, large, any, or a size with its unit: 2MB, 1GB.", "type": "string"}}},
{"namespace": "OS::Compute::GuestShutdownBehavior", "display_name": "Shutdown Behavior", "description": "How long a guest is given to stop by itself.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}], "properties": {
   "os_shutdown_timeout": {"title": "Shutdown time", "description": "Seconds that a guest has after it was asked to shut down; then it is switched off.", "type": "integer", "minimum": 0}}},
{"namespace": "OS::Compute::HostCapabilities", "display_name": "Compute Host Capabilities", "description": "What a host must be able to do, as its hypervisor reports it.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor", "prefix": "capabilities:"}, {"name": "OS::Nova::Aggregate", "prefix": "aggregate_instance_extra_specs:"}], "properties": {
   "cpu_info:vendor": {"title": "Vendor", "description": "Who made the processor.", "type": "string", "enum": ["Intel", "AMD"], "operators": ["<or>"]},
   "cpu_info:model": {"title": "Model", "description": "The processor's model, as libvirt names it: Haswell, EPYC …", "type": "string", "operators": ["<or>"]},
   "cpu_info:arch": {"title": "Architecture", "description": "The instruction set.", "type": "string", "enum": ["x86", "x86_64", "i686", "ia64", "ARMv8-A", "ARMv7-A"], "operators": ["<or>"]},
   "cpu_info:topology:cores": {"title": "Cores", "description": "How many cores a socket has.", "type": "integer", "default": 1},
   "cpu_info:topology:threads": {"title": "Threads", "description": "How many threads a core has.", "type": "integer", "default": 1},
   "cpu_info:topology:sockets": {"title": "Sockets", "description": "How many sockets the host has.", "type": "integer", "default": 1},
   "cpu_info:features": {"title": "Features", "description": "What the processor can do besides, by the names of its flags.", "type": "array", "operators": ["<or>", "<all-in>"], "items": {"type": "string", "enum": ["aes", "avx", "avx2", "avx512f", "bmi1", "bmi2", "cx16", "ept", "fma", "f16c", "hypervisor", "invpcid", "lm", "movbe", "npt", "nx", "pcid", "pclmulqdq", "pdpe1gb", "popcnt", "rdrand", "rdseed", "rdtscp", "sha_ni", "smap", "smep", "sse", "sse2", "sse4_1", "sse4_2", "ssse3", "svm", "vmx", "vnmi", "vpid", "x2apic", "xsave", "xsaveopt"]}}}},
{"namespace": "OS::Compute::Watchdog", "display_name": "Watchdog Behavior", "description": "What happens to a guest that stops answering its watchdog.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Cinder::Volume", "prefix": "hw_", "properties_target": "image"}, {"name": "OS::Nova::Flavor", "prefix": "hw:"}], "properties": {
   "watchdog_action": {"title": "Watchdog action", "description": "What is done to the guest; disabled: it has no watchdog.", "type": "string", "enum": ["disabled", "reset", "poweroff", "pause", "none"]}}},
{"namespace": "OS::Compute::Libvirt", "display_name": "libvirt Driver Options", "description": "Devices and protections of a guest, said of a flavor or an image alike.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}, {"name": "OS::Nova::Flavor", "prefix": "hw:"}], "properties": {
   "serial_port_count": {"title": "Serial ports", "description": "How many serial ports the guest has.", "type": "integer", "minimum": 0},
   "boot_menu": {"title": "Boot menu", "description": "Whether the firmware shows its boot menu.", "type": "string", "enum": ["true", "false"]},
   "mem_encryption": {"title": "Memory encryption", "description": "Whether the host encrypts the guest's memory.", "type": "string", "enum": ["true", "false"]},
   "mem_encryption_model": {"title": "Memory encryption model", "description": "By which means it does.", "type": "string", "enum": ["amd-sev", "amd-sev-es", "amd-sev-snp"]},
   "virtio_packed_ring": {"title": "Packed rings", "description": "Whether virtio devices use packed rings.", "type": "string", "enum": ["true", "false"]}}},
{"namespace": "OS::Compute::LibvirtImage", "display_name": "libvirt Driver Options for Images", "description": "The virtual hardware that an image wants.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}], "properties": {
   "hw_cdrom_bus": {"title": "CD-ROM bus", "description": "The bus on which CD-ROM drives hang.", "type": "string", "enum": ["scsi", "virtio", "uml", "xen", "ide", "usb", "fdc", "sata", "lxc"]},
   "hw_disk_bus": {"title": "Disk bus", "description": "The bus on which disks hang.", "type": "string", "enum": ["scsi", "virtio", "uml", "xen", "ide", "usb", "fdc", "sata", "lxc"]},
   "hw_firmware_type": {"title": "Firmware", "description": "What starts the guest.", "type": "string", "enum": ["bios", "uefi"]},
   "hw_firmware_stateless": {"title": "Firmware without a memory", "description": "Whether the firmware keeps no variables.", "type": "boolean"},
   "hw_rng_model": {"title": "Random device", "description": "The model of the device that gives the guest random numbers.", "type": "string", "default": "virtio"},
   "hw_machine_type": {"title": "Machine type", "description": "The machine that is emulated: q35, pc, virt …", "type": "string"},
   "hw_scsi_model": {"title": "SCSI controller", "description": "The model of the SCSI controller.", "type": "string", "default": "virtio-scsi"},
   "hw_video_model": {"title": "Video device", "description": "The model of the graphics card.", "type": "string", "enum": ["vga", "cirrus", "vmvga", "xen", "qxl", "virtio", "gop", "none", "bochs"]},
   "hw_video_ram": {"title": "Video memory", "description": "Most memory of the graphics card, in MB.", "type": "integer", "minimum": 0},
   "os_command_line": {"title": "Kernel command line", "description": "What the kernel is started with, if it is started directly.", "type": "string"},
   "os_type": {"title": "Family of systems", "description": "What the hypervisor should take the guest for.", "type": "string", "enum": ["linux", "windows"]},
   "hw_vif_model": {"title": "Network device", "description": "The model of network interfaces.", "type": "string", "enum": ["e1000", "e1000e", "igb", "ne2k_pci", "netfront", "pcnet", "rtl8139", "spapr-vlan", "virtio", "vmxnet3"]},
   "hw_vif_multiqueue_enabled": {"title": "Network queues", "description": "Whether a network interface has a queue for each virtual CPU.", "type": "string", "enum": ["true", "false"]},
   "hw_pmu": {"title": "Performance counters", "description": "Whether the guest sees the processor's performance counters.", "type": "string", "enum": ["true", "false"]},
   "hw_qemu_guest_agent": {"title": "Guest agent", "description": "Whether the QEMU guest agent runs in it.", "type": "string", "enum": ["yes", "no"]},
   "hw_pointer_model": {"title": "Pointer", "description": "The model of the pointing device.", "type": "string", "enum": ["usbtablet"]},
   "img_hide_hypervisor_id": {"title": "Hide the hypervisor", "description": "Whether the guest is kept from seeing on what it runs.", "type": "string", "enum": ["yes", "no"]}}},
{"namespace": "OS::Compute::InstanceData", "display_name": "Instance Config Data", "description": "What a server with this image gets from its cloud when it starts.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}, {"name": "OS::Cinder::Volume", "properties_target": "image"}], "properties": {
   "img_config_drive": {"title": "Config drive", "description": "Whether it needs a config drive.", "type": "string", "enum": ["optional", "mandatory"]},
   "os_require_quiesce": {"title": "Quiesce for snapshots", "description": "Whether file systems must be frozen while a snapshot is taken.", "type": "string", "enum": ["yes", "no"]}}},
{"namespace": "OS::Compute::RandomNumberGenerator", "display_name": "Random Number Generator", "description": "Whether and how fast servers of a flavor get random numbers from their host.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor"}], "properties": {
   "hw_rng:allowed": {"title": "Allowed", "description": "Whether servers may have the device.", "type": "boolean"},
   "hw_rng:rate_bytes": {"title": "Bytes", "description": "How many bytes in one period.", "type": "integer", "minimum": 0},
   "hw_rng:rate_period": {"title": "Period", "description": "How long a period is, in milliseconds.", "type": "integer", "minimum": 1}}},
{"namespace": "OS::Compute::Quota", "display_name": "Flavor Quota", "description": "How much of a host's processors, disks and networks a server of a flavor may use.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor"}], "objects": [
  {"name": "CPU Limits", "description": "Shares and limits of processor time.", "properties": {
   "quota:cpu_shares": {"title": "Shares", "description": "Its weight beside the host's other servers.", "type": "integer"},
   "quota:cpu_period": {"title": "Period", "description": "Microseconds over which the quota is counted.", "type": "integer", "minimum": 1000, "maximum": 1000000},
   "quota:cpu_quota": {"title": "Quota", "description": "Microseconds that each virtual CPU may run in a period; negative: without end.", "type": "integer"}}},
  {"name": "Disk QoS", "description": "Limits of what its disks read and write.", "properties": {
   "quota:disk_read_bytes_sec": {"title": "Read bytes", "description": "Read bytes: at most so much per second.", "type": "integer", "minimum": 0},
   "quota:disk_read_iops_sec": {"title": "Read operations", "description": "Read operations: at most so much per second.", "type": "integer", "minimum": 0},
   "quota:disk_write_bytes_sec": {"title": "Write bytes", "description": "Write bytes: at most so much per second.", "type": "integer", "minimum": 0},
   "quota:disk_write_iops_sec": {"title": "Write operations", "description": "Write operations: at most so much per second.", "type": "integer", "minimum": 0},
   "quota:disk_total_bytes_sec": {"title": "Total bytes", "description": "Total bytes: at most so much per second.", "type": "integer", "minimum": 0},
   "quota:disk_total_iops_sec": {"title": "Total operations", "description": "Total operations: at most so much per second.", "type": "integer", "minimum": 0}}},
  {"name": "Virtual Interface QoS", "description": "Limits of what its network interfaces send and receive, in kilobytes.", "properties": {
   "quota:vif_inbound_average": {"title": "Inbound average", "description": "The average of incoming traffic.", "type": "integer", "minimum": 0},
   "quota:vif_inbound_burst": {"title": "Inbound burst", "description": "The burst of incoming traffic.", "type": "integer", "minimum": 0},
   "quota:vif_inbound_peak": {"title": "Inbound peak", "description": "The peak of incoming traffic.", "type": "integer", "minimum": 0},
   "quota:vif_outbound_average": {"title": "Outbound average", "description": "The average of outgoing traffic.", "type": "integer", "minimum": 0},
   "quota:vif_outbound_burst": {"title": "Outbound burst", "description": "The burst of outgoing traffic.", "type": "integer", "minimum": 0},
   "quota:vif_outbound_peak": {"title": "Outbound peak", "description": "The peak of outgoing traffic.", "type": "integer", "minimum": 0}}}]},
{"namespace": "OS::Compute::AggregateDiskFilter", "display_name": "Disk Allocation per Host", "description": "How far the disks of an aggregate's hosts may be promised beyond what is there.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Aggregate"}], "properties": {
   "disk_allocation_ratio": {"title": "Disk allocation ratio", "description": "What may be promised, as a multiple of what is there.", "type": "number", "readonly": false}}},
{"namespace": "OS::Compute::AggregateIoOpsFilter", "display_name": "IO Ops per Host", "description": "How many servers may be built, resized or moved on one of an aggregate's hosts at a time.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Aggregate"}], "properties": {
   "max_io_ops_per_host": {"title": "Most at a time", "description": "As many at most.", "type": "integer", "readonly": false, "default": 8, "minimum": 1}}},
{"namespace": "OS::Compute::AggregateNumInstancesFilter", "display_name": "Instances per Host", "description": "How many servers one of an aggregate's hosts may have.", "visibility": "public", "protected": false, "resource_type_associations": [{"name": "OS::Nova::Aggregate"}], "properties": {
   "max_instances_per_host": {"title": "Most servers", "description": "As many at most.", "type": "integer", "readonly": false, "minimum": 0}}},
{"namespace": "OS::Compute::TPM", "display_name": "TPM Options", "description": "The trusted platform module that a server has.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor", "prefix": "hw:"}, {"name": "OS::Glance::Image", "prefix": "hw_"}], "properties": {
   "tpm_model": {"title": "Model", "description": "How the guest reaches it.", "type": "string", "enum": ["tpm-tis", "tpm-crb"], "operators": ["<or>"], "default": "tpm-tis"},
   "tpm_version": {"title": "Version", "description": "Which version of the standard it follows.", "type": "string", "enum": ["1.2", "2.0"], "operators": ["<or>"]}}},
{"namespace": "OS::Compute::VTPM", "display_name": "Emulated Virtual TPM", "description": "Hosts that can emulate a trusted platform module.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor", "prefix": "traits:"}, {"name": "OS::Glance::Image", "prefix": "traits:"}], "properties": {
   "COMPUTE_SECURITY_TPM_1_2": {"title": "TPM 1.2", "description": "The host must be able to emulate version 1.2.", "type": "string", "enum": ["required"], "default": "required"},
   "COMPUTE_SECURITY_TPM_2_0": {"title": "TPM 2.0", "description": "The host must be able to emulate version 2.0.", "type": "string", "enum": ["required"], "default": "required"}}},
{"namespace": "OS::Compute::SecureBoot", "display_name": "Secure Boot", "description": "Whether a guest starts only what is signed.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}], "properties": {
   "os_secure_boot": {"title": "Secure boot", "description": "Whether the firmware starts signed code only.", "type": "string", "enum": ["required", "disabled", "optional"]}}},
{"namespace": "OS::Compute::VMware", "display_name": "VMware Driver Options", "description": "What an image wants of a VMware host.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}], "properties": {
   "img_linked_clone": {"title": "Linked clone", "description": "Whether disks share the image's data.", "type": "boolean"},
   "vmware_adaptertype": {"title": "Disk adapter", "description": "The model of the disk controller.", "type": "string", "enum": ["lsiLogic", "lsiLogicsas", "paraVirtual", "busLogic", "ide"], "default": "lsiLogic"},
   "vmware_disktype": {"title": "Disk type", "description": "How the disk is laid out.", "type": "string", "enum": ["streamOptimized", "sparse", "preallocated"], "default": "preallocated"},
   "vmware_ostype": {"title": "Guest system", "description": "The guest system, as VMware names it.", "type": "string", "default": "otherGuest"},
   "hw_vif_model": {"title": "Network device", "description": "The model of network interfaces.", "type": "string", "enum": ["e1000", "e1000e", "VirtualE1000", "VirtualE1000e", "VirtualPCNet32", "VirtualVmxnet", "VirtualVmxnet3"], "default": "e1000"}}},
{"namespace": "OS::Compute::VMwareFlavor", "display_name": "VMware Driver Options for Flavors", "description": "What a flavor wants of a VMware host.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor"}], "properties": {
   "vmware:hw_version": {"title": "Hardware version", "description": "The version of the virtual hardware.", "type": "string", "enum": ["vmx-13", "vmx-11", "vmx-10", "vmx-09", "vmx-08", "vmx-07", "vmx-04", "vmx-03"]},
   "vmware:storage_policy": {"title": "Storage policy", "description": "The policy by which a datastore is chosen.", "type": "string"}}},
{"namespace": "OS::Compute::VMwareQuotaFlavor", "display_name": "VMware Quota for Flavors", "description": "How much processor time a server of a flavor has on a VMware host.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Flavor"}], "properties": {
   "quota:cpu_limit": {"title": "Limit", "description": "Megahertz at most.", "type": "integer", "minimum": 0},
   "quota:cpu_reservation": {"title": "Reservation", "description": "Megahertz at least.", "type": "integer", "minimum": 0}}},
{"namespace": "OS::Glance::CommonImageProperties", "display_name": "Common Image Properties", "description": "What images commonly say of themselves.", "visibility": "public", "protected": true, "resource_type_associations": [], "properties": {
   "kernel_id": {"title": "Kernel", "description": "The image to start as the kernel of this one.", "type": "string", "pattern": "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"},
   "ramdisk_id": {"title": "Ramdisk", "description": "The image to start with as the ramdisk of this one.", "type": "string", "pattern": "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"},
   "instance_uuid": {"title": "Server", "description": "The server of which this image was made.", "type": "string"},
   "architecture": {"title": "Processor architecture", "description": "The instruction set that the system in it was built for: x86_64, aarch64 …", "type": "string"},
   "os_distro": {"title": "Distribution", "description": "The common name of the distribution, in small letters: debian, ubuntu …", "type": "string"},
   "os_version": {"title": "Version", "description": "The version of the system, as its makers count.", "type": "string"},
   "hw_cpu_mode": {"title": "CPU mode", "description": "Which CPU the guest sees.", "type": "string"},
   "description": {"title": "Description", "description": "What the image is, for people.", "type": "string"},
   "cinder_encryption_key_id": {"title": "Encryption key", "description": "The key by which the volume was encrypted of which this image was made.", "type": "string"},
   "cinder_encryption_key_deletion_policy": {"title": "What becomes of the key", "description": "Whether the key goes when the image goes.", "type": "string", "enum": ["on_image_deletion", "do_not_delete"]}}},
{"namespace": "OS::Glance::Signatures", "display_name": "Image Signature Verification", "description": "The signature by which an image's bytes can be known to be its maker's.", "visibility": "public", "protected": false, "resource_type_associations": [{"name": "OS::Glance::Image"}], "properties": {
   "img_signature": {"title": "Signature", "description": "The signature of the bytes, in base64.", "type": "string"},
   "img_signature_certificate_uuid": {"title": "Certificate", "description": "The id of the certificate whose key made the signature.", "type": "string"},
   "img_signature_hash_method": {"title": "Hash", "description": "By which method the bytes were hashed.", "type": "string", "enum": ["SHA-224", "SHA-256", "SHA-384", "SHA-512"]},
   "img_signature_key_type": {"title": "Key type", "description": "Of which type the key is.", "type": "string", "enum": ["RSA-PSS", "DSA", "ECC_SECT571K1", "ECC_SECT409K1", "ECC_SECT571R1", "ECC_SECT409R1", "ECC_SECP521R1", "ECC_SECP384R1"]}}},
{"namespace": "OS::OperatingSystem", "display_name": "Common Operating System Properties", "description": "The operating system on a disk.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}, {"name": "OS::Cinder::Volume", "properties_target": "image"}], "properties": {
   "os_distro": {"title": "Distribution", "description": "The common name of the distribution, in small letters.", "type": "string"},
   "os_version": {"title": "Version", "description": "The version of the system, as its makers count.", "type": "string"},
   "os_admin_user": {"title": "Administrator", "description": "The user who may do everything: root, or whom cloud-init makes.", "type": "string"}}},
{"namespace": "OS::Cinder::Volumetype", "display_name": "Cinder Volume Type", "description": "Of which type a volume is that is made of an image.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "cinder_"}], "properties": {
   "img_volume_type": {"title": "Volume type", "description": "The name of the volume type.", "type": "string"}}},
{"namespace": "OS::Software::DBMS", "display_name": "Database Software", "description": "Databases that are on a disk, or run in a server.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}, {"name": "OS::Cinder::Volume", "properties_target": "image"}, {"name": "OS::Nova::Server", "properties_target": "metadata"}, {"name": "OS::Trove::Instance"}], "objects": [
  {"name": "MySQL", "description": "MySQL is on the disk.", "properties": {
   "sw_database_mysql_version": {"title": "MySQL version", "description": "The version of MySQL that is installed.", "type": "string"},
   "sw_database_mysql_listen_port": {"title": "MySQL port", "description": "The TCP port on which MySQL listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 3306},
   "sw_database_mysql_admin": {"title": "MySQL administrator", "description": "The user who administers MySQL.", "type": "string", "default": "root"}}},
  {"name": "PostgreSQL", "description": "PostgreSQL is on the disk.", "properties": {
   "sw_database_postgresql_version": {"title": "PostgreSQL version", "description": "The version of PostgreSQL that is installed.", "type": "string"},
   "sw_database_postgresql_listen_port": {"title": "PostgreSQL port", "description": "The TCP port on which PostgreSQL listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 5432},
   "sw_database_postgresql_admin": {"title": "PostgreSQL administrator", "description": "The user who administers PostgreSQL.", "type": "string", "default": "postgres"}}},
  {"name": "SQL Server", "description": "SQL Server is on the disk.", "properties": {
   "sw_database_sqlserver_version": {"title": "SQL Server version", "description": "The version of SQL Server that is installed.", "type": "string"},
   "sw_database_sqlserver_listen_port": {"title": "SQL Server port", "description": "The TCP port on which SQL Server listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 1433},
   "sw_database_sqlserver_admin": {"title": "SQL Server administrator", "description": "The user who administers SQL Server.", "type": "string", "default": "sa"},
   "sw_database_sqlserver_edition": {"title": "SQL Server edition", "description": "Which edition of SQL Server it is.", "type": "string", "enum": ["Enterprise", "Standard", "Web", "Developer", "Express", "Datacenter", "Workgroup"], "default": "Express"}}},
  {"name": "Oracle", "description": "Oracle is on the disk.", "properties": {
   "sw_database_oracle_version": {"title": "Oracle version", "description": "The version of Oracle that is installed.", "type": "string"},
   "sw_database_oracle_listen_port": {"title": "Oracle port", "description": "The TCP port on which Oracle listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 1521},
   "sw_database_oracle_edition": {"title": "Oracle edition", "description": "Which edition of Oracle it is.", "type": "string", "enum": ["Enterprise", "Standard", "Standard Edition One", "Express (XE)", "Workgroup", "Lite"]}}},
  {"name": "DB2", "description": "DB2 is on the disk.", "properties": {
   "sw_database_db2_version": {"title": "DB2 version", "description": "The version of DB2 that is installed.", "type": "string"},
   "sw_database_db2_listen_port": {"title": "DB2 port", "description": "The TCP port on which DB2 listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 50000},
   "sw_database_db2_admin": {"title": "DB2 administrator", "description": "The user who administers DB2.", "type": "string"}}},
  {"name": "MongoDB", "description": "MongoDB is on the disk.", "properties": {
   "sw_database_mongodb_version": {"title": "MongoDB version", "description": "The version of MongoDB that is installed.", "type": "string"},
   "sw_database_mongodb_listen_port": {"title": "MongoDB port", "description": "The TCP port on which MongoDB listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 27017},
   "sw_database_mongodb_admin": {"title": "MongoDB administrator", "description": "The user who administers MongoDB.", "type": "string"}}},
  {"name": "Couchbase Server", "description": "Couchbase Server is on the disk.", "properties": {
   "sw_database_couchbaseserver_version": {"title": "Couchbase Server version", "description": "The version of Couchbase Server that is installed.", "type": "string"},
   "sw_database_couchbaseserver_listen_port": {"title": "Couchbase Server port", "description": "The TCP port on which Couchbase Server listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 8091},
   "sw_database_couchbaseserver_admin": {"title": "Couchbase Server administrator", "description": "The user who administers Couchbase Server.", "type": "string", "default": "admin"}}},
  {"name": "Redis", "description": "Redis is on the disk.", "properties": {
   "sw_database_redis_version": {"title": "Redis version", "description": "The version of Redis that is installed.", "type": "string"},
   "sw_database_redis_listen_port": {"title": "Redis port", "description": "The TCP port on which Redis listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 6379},
   "sw_database_redis_admin": {"title": "Redis administrator", "description": "The user who administers Redis.", "type": "string", "default": "admin"}}},
  {"name": "CouchDB", "description": "CouchDB is on the disk.", "properties": {
   "sw_database_couchdb_version": {"title": "CouchDB version", "description": "The version of CouchDB that is installed.", "type": "string"},
   "sw_database_couchdb_listen_port": {"title": "CouchDB port", "description": "The TCP port on which CouchDB listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 5984},
   "sw_database_couchdb_admin": {"title": "CouchDB administrator", "description": "The user who administers CouchDB.", "type": "string"}}},
  {"name": "Apache Cassandra", "description": "Apache Cassandra is on the disk.", "properties": {
   "sw_database_cassandra_version": {"title": "Apache Cassandra version", "description": "The version of Apache Cassandra that is installed.", "type": "string"},
   "sw_database_cassandra_listen_port": {"title": "Apache Cassandra port", "description": "The TCP port on which Apache Cassandra listens.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 9160},
   "sw_database_cassandra_admin": {"title": "Apache Cassandra administrator", "description": "The user who administers Apache Cassandra.", "type": "string", "default": "cassandra"}}},
  {"name": "HBase", "description": "HBase is on the disk.", "properties": {
   "sw_database_hbase_version": {"title": "HBase version", "description": "The version of HBase that is installed.", "type": "string"}}}]},
{"namespace": "OS::Software::Runtimes", "display_name": "Runtime Environment", "description": "Languages whose programs can be run from a disk.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}, {"name": "OS::Cinder::Volume", "properties_target": "image"}, {"name": "OS::Nova::Server", "properties_target": "metadata"}], "objects": [
  {"name": "PHP", "description": "PHP is on the disk.", "properties": {
   "sw_runtime_php_version": {"title": "PHP version", "description": "The version of PHP that is installed.", "type": "string"}}},
  {"name": "Python", "description": "Python is on the disk.", "properties": {
   "sw_runtime_python_version": {"title": "Python version", "description": "The version of Python that is installed.", "type": "string"}}},
  {"name": "Java", "description": "Java is on the disk.", "properties": {
   "sw_runtime_java_version": {"title": "Java version", "description": "The version of Java that is installed.", "type": "string"}}},
  {"name": "Ruby", "description": "Ruby is on the disk.", "properties": {
   "sw_runtime_ruby_version": {"title": "Ruby version", "description": "The version of Ruby that is installed.", "type": "string"}}},
  {"name": "Perl", "description": "Perl is on the disk.", "properties": {
   "sw_runtime_perl_version": {"title": "Perl version", "description": "The version of Perl that is installed.", "type": "string"}}}]},
{"namespace": "OS::Software::WebServers", "display_name": "Web Servers", "description": "Web servers that are on a disk, or run in a server.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Glance::Image"}, {"name": "OS::Cinder::Volume", "properties_target": "image"}, {"name": "OS::Nova::Server", "properties_target": "metadata"}], "objects": [
  {"name": "Apache HTTP Server", "description": "Apache HTTP Server is on the disk.", "properties": {
   "sw_webserver_apache_version": {"title": "Apache HTTP Server version", "description": "The version of Apache HTTP Server that is installed.", "type": "string"},
   "sw_webserver_apache_http_port": {"title": "HTTP port", "description": "The TCP port on which Apache HTTP Server speaks HTTP.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 80},
   "sw_webserver_apache_https_port": {"title": "HTTPS port", "description": "The TCP port on which Apache HTTP Server speaks HTTPS.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 443}}},
  {"name": "Nginx", "description": "Nginx is on the disk.", "properties": {
   "sw_webserver_nginx_version": {"title": "Nginx version", "description": "The version of Nginx that is installed.", "type": "string"},
   "sw_webserver_nginx_http_port": {"title": "HTTP port", "description": "The TCP port on which Nginx speaks HTTP.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 80},
   "sw_webserver_nginx_https_port": {"title": "HTTPS port", "description": "The TCP port on which Nginx speaks HTTPS.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 443}}},
  {"name": "IIS", "description": "IIS is on the disk.", "properties": {
   "sw_webserver_iis_version": {"title": "IIS version", "description": "The version of IIS that is installed.", "type": "string"},
   "sw_webserver_iis_http_port": {"title": "HTTP port", "description": "The TCP port on which IIS speaks HTTP.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 80},
   "sw_webserver_iis_https_port": {"title": "HTTPS port", "description": "The TCP port on which IIS speaks HTTPS.", "type": "integer", "minimum": 1, "maximum": 65535, "default": 443}}}]},
{"namespace": "CIM::ProcessorAllocationSettingData", "display_name": "CIM Processor Allocation Setting", "description": "Processors as the DMTF's Common Information Model describes them.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Cinder::Volume", "prefix": "CIM_PASD_", "properties_target": "image"}, {"name": "OS::Glance::Image", "prefix": "CIM_PASD_"}, {"name": "OS::Nova::Aggregate", "prefix": "CIM_PASD_"}, {"name": "OS::Nova::Flavor", "prefix": "CIM_PASD_"}], "properties": {
   "InstructionSet": {"title": "Instruction set", "description": "The instruction set that is wanted.", "type": "string", "enum": ["x86:i386", "x86:i486", "x86:i586", "x86:i686", "x86:64", "IA-64:IA-64", "Power:Power_2.05", "Power:Power_2.06", "S/390:z/Architecture", "ARM:A32", "ARM:A64", "MIPS64:MIPS64", "SPARC:UltraSPARC2007"], "operators": ["<or>"]},
   "ProcessorArchitecture": {"title": "Processor architecture", "description": "The family of processors that is wanted.", "type": "string", "enum": ["x86", "IA-64", "AS/400", "Power", "S/390", "PA-RISC", "ARM", "MIPS", "Alpha", "SPARC", "68k"], "operators": ["<or>"]}}},
{"namespace": "CIM::ResourceAllocationSettingData", "display_name": "CIM Resource Allocation Setting Data", "description": "Resources as the DMTF's Common Information Model describes them.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Cinder::Volume", "prefix": "CIM_RASD_", "properties_target": "image"}, {"name": "OS::Nova::Aggregate", "prefix": "CIM_RASD_"}, {"name": "OS::Nova::Flavor", "prefix": "CIM_RASD_"}], "properties": {
   "Address": {"title": "Address", "description": "The address of the resource, as its kind has addresses.", "type": "string"},
   "AddressOnParent": {"title": "Address on the parent", "description": "Where on its parent it is.", "type": "string"},
   "AllocationUnits": {"title": "Units", "description": "In which units it is counted.", "type": "string"},
   "AutomaticAllocation": {"title": "Allocated automatically", "description": "Whether it is allocated by itself.", "type": "boolean"},
   "AutomaticDeallocation": {"title": "Given back automatically", "description": "Whether it is given back by itself.", "type": "boolean"},
   "ConsumerVisibility": {"title": "Visibility to its user", "description": "How its user sees it.", "type": "string", "enum": ["Unknown", "Passed-Through", "Virtualized", "Not represented", "DMTF reserved", "Vendor Reserved"], "operators": ["<or>"]},
   "Limit": {"title": "Limit", "description": "As much at most.", "type": "string"},
   "Reservation": {"title": "Reservation", "description": "As much at least.", "type": "string"},
   "PoolID": {"title": "Pool", "description": "The pool from which it comes.", "type": "string"},
   "ResourceSubType": {"title": "Kind, more exactly", "description": "The kind of resource, as its makers tell kinds apart.", "type": "string"},
   "VirtualQuantity": {"title": "Quantity", "description": "How much its user sees.", "type": "string"},
   "Weight": {"title": "Weight", "description": "Its weight beside others.", "type": "string"}}},
{"namespace": "CIM::StorageAllocationSettingData", "display_name": "CIM Storage Allocation Setting Data", "description": "Storage as the DMTF's Common Information Model describes it.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Cinder::Volume", "prefix": "CIM_SASD_"}, {"name": "OS::Nova::Aggregate", "prefix": "CIM_SASD_"}, {"name": "OS::Nova::Flavor", "prefix": "CIM_SASD_"}], "properties": {
   "Access": {"title": "Access", "description": "Whether it can be read and written.", "type": "string", "enum": ["Unknown", "Readable", "Writeable", "Read/Write Supported", "DMTF Reserved"], "operators": ["<or>"]},
   "HostExtentName": {"title": "Extent", "description": "The name of the host's extent.", "type": "string"},
   "HostExtentStartingAddress": {"title": "Start", "description": "Where in the extent it starts.", "type": "string"},
   "HostResourceBlockSize": {"title": "Block size of the host", "description": "The size of the host's blocks.", "type": "string"},
   "VirtualResourceBlockSize": {"title": "Block size of the guest", "description": "The size of the blocks that the guest sees.", "type": "string"},
   "Limit": {"title": "Limit", "description": "As much at most.", "type": "string"},
   "Reservation": {"title": "Reservation", "description": "As much at least.", "type": "string"},
   "VirtualQuantity": {"title": "Quantity", "description": "How much its user sees.", "type": "string"}}},
{"namespace": "CIM::VirtualSystemSettingData", "display_name": "CIM Virtual System Setting Data", "description": "Servers as the DMTF's Common Information Model describes them.", "visibility": "public", "protected": true, "resource_type_associations": [{"name": "OS::Nova::Aggregate", "prefix": "CIM_VSSD_"}, {"name": "OS::Nova::Flavor", "prefix": "CIM_VSSD_"}], "properties": {
   "AutomaticRecoveryAction": {"title": "After a failure", "description": "What is done when the system fails.", "type": "string", "enum": ["None", "Restart", "Revert to snapshot", "DMTF Reserved"], "operators": ["<or>"]},
   "AutomaticShutdownAction": {"title": "When the host stops", "description": "What is done when its host stops.", "type": "string", "enum": ["Turn Off", "Save state", "Shutdown", "DMTF Reserved"], "operators": ["<or>"]},
   "AutomaticStartupAction": {"title": "When the host starts", "description": "What is done when its host starts.", "type": "string", "enum": ["None", "Restart if previously active", "Always startup", "DMTF Reserved"], "operators": ["<or>"]},
   "AutomaticStartupActionDelay": {"title": "Delay", "description": "How long after the host it starts.", "type": "string"},
   "VirtualSystemIdentifier": {"title": "Identifier", "description": "The name by which its hypervisor knows it.", "type": "string"},
   "VirtualSystemType": {"title": "Type", "description": "Which type of virtual system it is.", "type": "string"},
   "Notes": {"title": "Notes", "description": "Notes for people.", "type": "string"}}}
]
$definitions$::jsonb) with ordinality;

insert into image_namespaces (id, namespace, display_name, description, visibility, protected, owner, created_at, updated_at)
select key::uuid::text, it ->> 'namespace', it ->> 'display_name', it ->> 'description', it ->> 'visibility',
  (it ->> 'protected')::boolean, null, now(), now()
from given on conflict do nothing;

insert into image_definitions (id, namespace_id, kind, name, body, created_at, updated_at)
select gen_random_uuid()::text, key::uuid::text, 'property', name, body, now(), now()
from given, jsonb_each(it -> 'properties') as p (name, body) on conflict do nothing;

insert into image_definitions (id, namespace_id, kind, name, body, created_at, updated_at)
select gen_random_uuid()::text, key::uuid::text, 'object', one ->> 'name', one - 'name', now(), now()
from given, jsonb_array_elements(it -> 'objects') as o (one) on conflict do nothing;

insert into image_associations (namespace_id, name, prefix, properties_target, created_at, updated_at)
select key::uuid::text, one ->> 'name', one ->> 'prefix', one ->> 'properties_target', now(), now()
from given, jsonb_array_elements(it -> 'resource_type_associations') as a (one) on conflict do nothing;
