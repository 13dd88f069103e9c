-- Keys and indexes under the names that NetBox 4.2 gives them. After the data: that is what makes loading fast.

ALTER TABLE django_migrations
  ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE django_content_type
  ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model),
  ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE django_session
  ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
CREATE INDEX django_session_expire_date_a5c62663 ON django_session (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON django_session (session_key varchar_pattern_ops);

ALTER TABLE users_user
  ADD CONSTRAINT users_user_pkey PRIMARY KEY (id),
  ADD CONSTRAINT users_user_username_key UNIQUE (username);
CREATE INDEX users_user_username_06e46fe6_like ON users_user (username varchar_pattern_ops);

ALTER TABLE users_userconfig
  ADD CONSTRAINT users_userconfig_pkey PRIMARY KEY (id),
  ADD CONSTRAINT users_userconfig_user_id_key UNIQUE (user_id);

ALTER TABLE users_token
  ADD CONSTRAINT users_token_key_key UNIQUE (key),
  ADD CONSTRAINT users_token_pkey PRIMARY KEY (id);
CREATE INDEX users_token_key_820deccd_like ON users_token (key varchar_pattern_ops);
CREATE INDEX users_token_user_id_af964690 ON users_token (user_id);

ALTER TABLE tenancy_tenant
  ADD CONSTRAINT tenancy_tenant_pkey PRIMARY KEY (id),
  ADD CONSTRAINT tenancy_tenant_unique_group_name UNIQUE (group_id, name),
  ADD CONSTRAINT tenancy_tenant_unique_group_slug UNIQUE (group_id, slug);
CREATE INDEX tenancy_tenant_group_id_7daef6f4 ON tenancy_tenant (group_id);
CREATE INDEX tenancy_tenant_slug_0716575e ON tenancy_tenant (slug);
CREATE INDEX tenancy_tenant_slug_0716575e_like ON tenancy_tenant (slug varchar_pattern_ops);
CREATE UNIQUE INDEX tenancy_tenant_unique_name ON tenancy_tenant (name) WHERE (group_id IS NULL);
CREATE UNIQUE INDEX tenancy_tenant_unique_slug ON tenancy_tenant (slug) WHERE (group_id IS NULL);

ALTER TABLE dcim_site
  ADD CONSTRAINT dcim_site_name_key UNIQUE (name),
  ADD CONSTRAINT dcim_site_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_site_slug_key UNIQUE (slug);
CREATE INDEX dcim_site_group_id_3910c975 ON dcim_site (group_id);
CREATE INDEX dcim_site_name_8fe66c76_like ON dcim_site (name varchar_pattern_ops);
CREATE INDEX dcim_site_region_id_45210932 ON dcim_site (region_id);
CREATE INDEX dcim_site_slug_4412c762_like ON dcim_site (slug varchar_pattern_ops);
CREATE INDEX dcim_site_tenant_id_15e7df63 ON dcim_site (tenant_id);

ALTER TABLE dcim_manufacturer
  ADD CONSTRAINT dcim_manufacturer_name_key UNIQUE (name),
  ADD CONSTRAINT dcim_manufacturer_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_manufacturer_slug_key UNIQUE (slug);
CREATE INDEX dcim_manufacturer_name_841fcd92_like ON dcim_manufacturer (name varchar_pattern_ops);
CREATE INDEX dcim_manufacturer_slug_00430749_like ON dcim_manufacturer (slug varchar_pattern_ops);

ALTER TABLE dcim_platform
  ADD CONSTRAINT dcim_platform_name_key UNIQUE (name),
  ADD CONSTRAINT dcim_platform_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_platform_slug_key UNIQUE (slug);
CREATE INDEX dcim_platform_config_template_id_013a4d3c ON dcim_platform (config_template_id);
CREATE INDEX dcim_platform_manufacturer_id_83f72d3d ON dcim_platform (manufacturer_id);
CREATE INDEX dcim_platform_name_c2f04255_like ON dcim_platform (name varchar_pattern_ops);
CREATE INDEX dcim_platform_slug_b0908ae4_like ON dcim_platform (slug varchar_pattern_ops);

ALTER TABLE dcim_devicetype
  ADD CONSTRAINT dcim_devicetype_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_devicetype_unique_manufacturer_model UNIQUE (manufacturer_id, model),
  ADD CONSTRAINT dcim_devicetype_unique_manufacturer_slug UNIQUE (manufacturer_id, slug);
CREATE INDEX dcim_devicetype_default_platform_id_1f6ff6ac ON dcim_devicetype (default_platform_id);
CREATE INDEX dcim_devicetype_manufacturer_id_a3e8029e ON dcim_devicetype (manufacturer_id);
CREATE INDEX dcim_devicetype_slug_448745bd ON dcim_devicetype (slug);
CREATE INDEX dcim_devicetype_slug_448745bd_like ON dcim_devicetype (slug varchar_pattern_ops);

ALTER TABLE dcim_devicerole
  ADD CONSTRAINT dcim_devicerole_name_key UNIQUE (name),
  ADD CONSTRAINT dcim_devicerole_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_devicerole_slug_key UNIQUE (slug);
CREATE INDEX dcim_devicerole_config_template_id_5874002c ON dcim_devicerole (config_template_id);
CREATE INDEX dcim_devicerole_name_1c813306_like ON dcim_devicerole (name varchar_pattern_ops);
CREATE INDEX dcim_devicerole_slug_7952643b_like ON dcim_devicerole (slug varchar_pattern_ops);

ALTER TABLE dcim_device
  ADD CONSTRAINT dcim_device_asset_tag_key UNIQUE (asset_tag),
  ADD CONSTRAINT dcim_device_oob_ip_id_key UNIQUE (oob_ip_id),
  ADD CONSTRAINT dcim_device_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_device_primary_ip4_id_key UNIQUE (primary_ip4_id),
  ADD CONSTRAINT dcim_device_primary_ip6_id_key UNIQUE (primary_ip6_id),
  ADD CONSTRAINT dcim_device_unique_rack_position_face UNIQUE (rack_id, "position", face),
  ADD CONSTRAINT dcim_device_unique_virtual_chassis_vc_position UNIQUE (virtual_chassis_id, vc_position);
CREATE INDEX dcim_device_asset_tag_8dac1079_like ON dcim_device (asset_tag varchar_pattern_ops);
CREATE INDEX dcim_device_cluster_id_cf852f78 ON dcim_device (cluster_id);
CREATE INDEX dcim_device_config_template_id_316328c4 ON dcim_device (config_template_id);
CREATE INDEX dcim_device_device_role_id_682e8188 ON dcim_device (role_id);
CREATE INDEX dcim_device_device_type_id_d61b4086 ON dcim_device (device_type_id);
CREATE INDEX dcim_device_location_id_11a7bedb ON dcim_device (location_id);
CREATE INDEX dcim_device_platform_id_468138f1 ON dcim_device (platform_id);
CREATE INDEX dcim_device_rack_id_23bde71f ON dcim_device (rack_id);
CREATE INDEX dcim_device_site_id_ff897cf6 ON dcim_device (site_id);
CREATE INDEX dcim_device_tenant_id_dcea7969 ON dcim_device (tenant_id);
CREATE UNIQUE INDEX dcim_device_unique_name_site ON dcim_device (lower((name)::text), site_id) WHERE (tenant_id IS NULL);
CREATE UNIQUE INDEX dcim_device_unique_name_site_tenant ON dcim_device (lower((name)::text), site_id, tenant_id);
CREATE INDEX dcim_device_virtual_chassis_id_aed51693 ON dcim_device (virtual_chassis_id);

ALTER TABLE dcim_interface
  ADD CONSTRAINT dcim_interface_pkey PRIMARY KEY (id),
  ADD CONSTRAINT dcim_interface_primary_mac_address_id_key UNIQUE (primary_mac_address_id),
  ADD CONSTRAINT dcim_interface_unique_device_name UNIQUE (device_id, name);
CREATE INDEX dcim_interface__path_id_f8f4f7f0 ON dcim_interface (_path_id);
CREATE INDEX dcim_interface_bridge_id_f2a8df85 ON dcim_interface (bridge_id);
CREATE INDEX dcim_interface_cable_id_1b264edb ON dcim_interface (cable_id);
CREATE INDEX dcim_interface_device_id_359c6115 ON dcim_interface (device_id);
CREATE INDEX dcim_interface_lag_id_ea1a1d12 ON dcim_interface (lag_id);
CREATE INDEX dcim_interface_module_id_05ca2da5 ON dcim_interface (module_id);
CREATE INDEX dcim_interface_parent_id_3e2b159b ON dcim_interface (parent_id);
CREATE INDEX dcim_interface_qinq_svlan_id_21189a58 ON dcim_interface (qinq_svlan_id);
CREATE INDEX dcim_interface_untagged_vlan_id_838dc7be ON dcim_interface (untagged_vlan_id);
CREATE INDEX dcim_interface_vlan_translation_policy_id_91060031 ON dcim_interface (vlan_translation_policy_id);
CREATE INDEX dcim_interface_vrf_id_a92e59b2 ON dcim_interface (vrf_id);
CREATE INDEX dcim_interface_wireless_link_id_bc91108f ON dcim_interface (wireless_link_id);

ALTER TABLE dcim_macaddress
  ADD CONSTRAINT dcim_macaddress_pkey PRIMARY KEY (id);
CREATE INDEX dcim_macaddress_assigned_object_type_id_28814a20 ON dcim_macaddress (assigned_object_type_id);

ALTER TABLE ipam_ipaddress
  ADD CONSTRAINT ipam_ipaddress_pkey PRIMARY KEY (id);
CREATE INDEX ipam_ipaddr_assigne_890ab8_idx ON ipam_ipaddress (assigned_object_type_id, assigned_object_id);
CREATE INDEX ipam_ipaddress_assigned_object_type_id_02354370 ON ipam_ipaddress (assigned_object_type_id);
CREATE INDEX ipam_ipaddress_host ON ipam_ipaddress (((host(address))::inet));
CREATE INDEX ipam_ipaddress_nat_inside_id_a45fb7c5 ON ipam_ipaddress (nat_inside_id);
CREATE INDEX ipam_ipaddress_tenant_id_ac55acfd ON ipam_ipaddress (tenant_id);
CREATE INDEX ipam_ipaddress_vrf_id_51fcc59b ON ipam_ipaddress (vrf_id);

ALTER TABLE extras_imageattachment
  ADD CONSTRAINT extras_imageattachment_pkey PRIMARY KEY (id);
CREATE INDEX extras_imag_object__96bebc_idx ON extras_imageattachment (object_type_id, object_id);
CREATE INDEX extras_imageattachment_content_type_id_90e0643d ON extras_imageattachment (object_type_id);

ALTER TABLE extras_webhook
  ADD CONSTRAINT extras_webhook_name_key UNIQUE (name),
  ADD CONSTRAINT extras_webhook_pkey PRIMARY KEY (id);
CREATE INDEX extras_webhook_name_82cf60b5_like ON extras_webhook (name varchar_pattern_ops);

ALTER TABLE extras_journalentry
  ADD CONSTRAINT extras_journalentry_pkey PRIMARY KEY (id);
CREATE INDEX extras_jour_assigne_76510f_idx ON extras_journalentry (assigned_object_type_id, assigned_object_id);
CREATE INDEX extras_journalentry_assigned_object_type_id_1bba9f68 ON extras_journalentry (assigned_object_type_id);
CREATE INDEX extras_journalentry_created_by_id_8d4e4329 ON extras_journalentry (created_by_id);

ALTER TABLE extras_cachedvalue
  ADD CONSTRAINT extras_cachedvalue_pkey PRIMARY KEY (id);
CREATE INDEX extras_cachedvalue_object ON extras_cachedvalue (object_type_id, object_id);
CREATE INDEX extras_cachedvalue_object_type_id_6f47d444 ON extras_cachedvalue (object_type_id);

ALTER TABLE core_job
  ADD CONSTRAINT core_job_job_id_key UNIQUE (job_id),
  ADD CONSTRAINT core_job_pkey PRIMARY KEY (id);
CREATE INDEX core_job_object__c664ac_idx ON core_job (object_type_id, object_id);
CREATE INDEX core_job_object_type_id_ea17469a ON core_job (object_type_id);
CREATE INDEX core_job_user_id_b69eefda ON core_job (user_id);

ALTER TABLE core_objectchange
  ADD CONSTRAINT core_objectchange_pkey PRIMARY KEY (id);
CREATE INDEX core_objectchange_changed_object_type_id_2070ade6 ON core_objectchange (changed_object_type_id);
CREATE INDEX core_objectchange_changed_object_type_id_cha_79a9ed1e
  ON core_objectchange (changed_object_type_id, changed_object_id);
CREATE INDEX core_objectchange_related_object_type_id_b80958af ON core_objectchange (related_object_type_id);
CREATE INDEX core_objectchange_related_object_type_id_rel_a71d604a
  ON core_objectchange (related_object_type_id, related_object_id);
CREATE INDEX core_objectchange_request_id_d9d160ac ON core_objectchange (request_id);
CREATE INDEX core_objectchange_time_800f60a5 ON core_objectchange ("time");
CREATE INDEX core_objectchange_user_id_2b2142be ON core_objectchange (user_id);

-- What refers to what.
ALTER TABLE users_userconfig
  ADD CONSTRAINT users_userconfig_user_id_afd44184_fk_auth_user_id
    FOREIGN KEY (user_id) REFERENCES users_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE users_token
  ADD CONSTRAINT users_token_user_id_af964690_fk_auth_user_id
    FOREIGN KEY (user_id) REFERENCES users_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dcim_site
  ADD CONSTRAINT dcim_site_tenant_id_15e7df63_fk_tenancy_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dcim_platform
  ADD CONSTRAINT dcim_platform_manufacturer_id_83f72d3d_fk_dcim_manufacturer_id
    FOREIGN KEY (manufacturer_id) REFERENCES dcim_manufacturer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dcim_devicetype
  ADD CONSTRAINT dcim_devicetype_default_platform_id_1f6ff6ac_fk_dcim_plat
    FOREIGN KEY (default_platform_id) REFERENCES dcim_platform(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_devicetype_manufacturer_id_a3e8029e_fk_dcim_manu
    FOREIGN KEY (manufacturer_id) REFERENCES dcim_manufacturer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dcim_device
  ADD CONSTRAINT dcim_device_device_type_id_d61b4086_fk_dcim_devicetype_id
    FOREIGN KEY (device_type_id) REFERENCES dcim_devicetype(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_oob_ip_id_5e7219c1_fk_ipam_ipaddress_id
    FOREIGN KEY (oob_ip_id) REFERENCES ipam_ipaddress(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_platform_id_468138f1_fk_dcim_platform_id
    FOREIGN KEY (platform_id) REFERENCES dcim_platform(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_primary_ip4_id_2ccd943a_fk_ipam_ipaddress_id
    FOREIGN KEY (primary_ip4_id) REFERENCES ipam_ipaddress(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_primary_ip6_id_d180fe91_fk_ipam_ipaddress_id
    FOREIGN KEY (primary_ip6_id) REFERENCES ipam_ipaddress(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_role_id_61edcc33_fk_dcim_devicerole_id
    FOREIGN KEY (role_id) REFERENCES dcim_devicerole(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_site_id_ff897cf6_fk_dcim_site_id
    FOREIGN KEY (site_id) REFERENCES dcim_site(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_device_tenant_id_dcea7969_fk_tenancy_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dcim_interface
  ADD CONSTRAINT dcim_interface_bridge_id_f2a8df85_fk_dcim_interface_id
    FOREIGN KEY (bridge_id) REFERENCES dcim_interface(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_interface_device_id_359c6115_fk_dcim_device_id
    FOREIGN KEY (device_id) REFERENCES dcim_device(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_interface_lag_id_ea1a1d12_fk_dcim_interface_id
    FOREIGN KEY (lag_id) REFERENCES dcim_interface(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_interface_parent_id_3e2b159b_fk_dcim_interface_id
    FOREIGN KEY (parent_id) REFERENCES dcim_interface(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT dcim_interface_primary_mac_address__a0bb90ca_fk_dcim_maca
    FOREIGN KEY (primary_mac_address_id) REFERENCES dcim_macaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dcim_macaddress
  ADD CONSTRAINT dcim_macaddress_assigned_object_type_28814a20_fk_django_co
    FOREIGN KEY (assigned_object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ipam_ipaddress
  ADD CONSTRAINT ipam_ipaddress_assigned_object_type_02354370_fk_django_co
    FOREIGN KEY (assigned_object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT ipam_ipaddress_nat_inside_id_a45fb7c5_fk_ipam_ipaddress_id
    FOREIGN KEY (nat_inside_id) REFERENCES ipam_ipaddress(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT ipam_ipaddress_tenant_id_ac55acfd_fk_tenancy_tenant_id
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE extras_imageattachment
  ADD CONSTRAINT extras_imageattachme_object_type_id_a9400c38_fk_django_co
    FOREIGN KEY (object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE extras_journalentry
  ADD CONSTRAINT extras_journalentry_assigned_object_type_1bba9f68_fk_django_co
    FOREIGN KEY (assigned_object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT extras_journalentry_created_by_id_8d4e4329_fk_auth_user_id
    FOREIGN KEY (created_by_id) REFERENCES users_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE extras_cachedvalue
  ADD CONSTRAINT extras_cachedvalue_object_type_id_6f47d444_fk_django_co
    FOREIGN KEY (object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE core_job
  ADD CONSTRAINT core_job_object_type_id_ea17469a_fk_django_content_type_id
    FOREIGN KEY (object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT core_job_user_id_b69eefda_fk_auth_user_id
    FOREIGN KEY (user_id) REFERENCES users_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE core_objectchange
  ADD CONSTRAINT core_objectchange_changed_object_type_id_2070ade6
    FOREIGN KEY (changed_object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT core_objectchange_related_object_type_id_b80958af
    FOREIGN KEY (related_object_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT core_objectchange_user_id_2b2142be
    FOREIGN KEY (user_id) REFERENCES users_user(id) DEFERRABLE INITIALLY DEFERRED;

-- Rows came with their numbers: the sequences go on behind them.
SELECT setval(pg_get_serial_sequence(c.table_name, c.column_name), 1 + (xpath('/row/n/text()',
  query_to_xml(format('SELECT coalesce(max(%I), 0) AS n FROM %I', c.column_name, c.table_name), true, true, '')))[1]::text::bigint, false)
FROM information_schema.columns AS c WHERE c.table_schema = 'public' AND c.is_identity = 'YES' ORDER BY c.table_name;
