// Names of functions that do what a READ ONLY transaction and its ROLLBACK do not undo: files, replication, the server's
// own work, large objects, settings, and functions that run SQL out of a text, in which nobody looks.

const NAMES: ReadonlySet<string> = new Set(
  `pg_read_file_old pg_read_file pg_read_binary_file pg_stat_file pg_current_logfile pg_export_snapshot pg_promote
  pg_switch_wal pg_switch_xlog pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old pg_create_restore_point
  pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup pg_wal_replay_pause pg_wal_replay_resume
  pg_log_backend_memory_contexts pg_log_standby_snapshot pg_sync_replication_slots
  pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot
  pg_copy_logical_replication_slot pg_drop_replication_slot pg_replication_slot_advance pg_import_system_collations
  pg_nextoid pg_stop_making_pinned_objects pg_extension_config_dump brin_summarize_new_values brin_summarize_range
  brin_desummarize_range gin_clean_pending_list pg_current_xact_id txid_current set_config lo_creat lo_create lo_import
  lo_export lo_from_bytea lo_put lo_truncate lo_truncate64 lo_unlink lowrite lo_manage query_to_xml query_to_xmlschema
  query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema ts_stat ts_rewrite crosstab crosstab2 crosstab3 crosstab4
  connectby xpath_table pg_logdir_ls autoprewarm_dump_now autoprewarm_start_worker pg_truncate_visibility_map
  heap_force_kill heap_force_freeze pg_stat_statements_reset`.split(/\s+/),
);

const PREFIX =
  /^(?:pg_(?:ls_|file_(?!settings$)|logical_slot_|replication_origin_|stat_reset|restore_|clear_|buffercache_evict)|binary_upgrade_|dblink|postgres_fdw_disconnect)/;

/** The dotted capital I becomes an i in a LATIN5 database under tr_TR. */
const DOTTED_I = /\u0130/g;

/** Whether a reader may not have this name in its statement, in whatever case and place. */
export function hasEffects(name: string): boolean {
  const folded = name.replace(DOTTED_I, 'i').toLowerCase();
  return NAMES.has(folded) || PREFIX.test(folded);
}
