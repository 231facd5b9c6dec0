/* Every function of libgit2 that is in use: CODE for those that return an error code, VALUE for those
 * that return something else, RUN for those that return nothing. What is not listed does not link. */
RUN(git_blob_free, (git_blob *blob), (blob))
CODE(git_blob_lookup, (git_blob **blob, git_repository *repo, const git_oid *id), (blob, repo, id))
VALUE(const void *, git_blob_rawcontent, (const git_blob *blob), (blob))
VALUE(git_object_size_t, git_blob_rawsize, (const git_blob *blob), (blob))
RUN(git_buf_dispose, (git_buf *buffer), (buffer))
RUN(git_commit_free, (git_commit *commit), (commit))
VALUE(const git_oid *, git_commit_id, (const git_commit *commit), (commit))
CODE(git_commit_lookup, (git_commit **commit, git_repository *repo, const git_oid *id),
      (commit, repo, id))
CODE(git_commit_parent, (git_commit **out, const git_commit *commit, unsigned int n),
      (out, commit, n))
VALUE(unsigned int, git_commit_parentcount, (const git_commit *commit), (commit))
VALUE(const char *, git_commit_summary, (git_commit *commit), (commit))
VALUE(git_time_t, git_commit_time, (const git_commit *commit), (commit))
CODE(git_commit_tree, (git_tree **tree_out, const git_commit *commit), (tree_out, commit))
VALUE(const git_oid *, git_commit_tree_id, (const git_commit *commit), (commit))
RUN(git_config_free, (git_config *cfg), (cfg))
CODE(git_config_open_level, (git_config **out, const git_config *parent, git_config_level_t level),
      (out, parent, level))
CODE(git_config_set_string, (git_config *cfg, const char *name, const char *value),
      (cfg, name, value))
RUN(git_diff_free, (git_diff *diff), (diff))
VALUE(size_t, git_diff_num_deltas, (const git_diff *diff), (diff))
CODE(git_diff_options_init, (git_diff_options *opts, unsigned int version), (opts, version))
CODE(git_diff_to_buf, (git_buf *out, git_diff *diff, git_diff_format_t format), (out, diff, format))
CODE(git_diff_tree_to_workdir_with_index, (git_diff **diff, git_repository *repo,
       git_tree *old_tree, const git_diff_options *opts),
      (diff, repo, old_tree, opts))
VALUE(const git_error *, git_error_last, (void), ())
CODE(git_ignore_path_is_ignored, (int *ignored, git_repository *repo, const char *path),
      (ignored, repo, path))
CODE(git_index_find_prefix, (size_t *at_pos, git_index *index, const char *prefix),
      (at_pos, index, prefix))
RUN(git_index_free, (git_index *index), (index))
VALUE(const git_index_entry *, git_index_get_bypath, (git_index *index, const char *path,
       int stage),
      (index, path, stage))
CODE(git_libgit2_init, (void), ())
RUN(git_object_free, (git_object *object), (object))
VALUE(const git_oid *, git_object_id, (const git_object *obj), (obj))
CODE(git_object_peel, (git_object **peeled, const git_object *object, git_object_t target_type),
      (peeled, object, target_type))
CODE(git_odb_hash, (git_oid *out, const void *data, size_t len, git_object_t type),
      (out, data, len, type))
CODE(git_oid_fmt, (char *out, const git_oid *id), (out, id))
CODE(git_oid_fromstr, (git_oid *out, const char *str), (out, str))
RUN(git_reference_iterator_free, (git_reference_iterator *iter), (iter))
CODE(git_reference_iterator_glob_new, (git_reference_iterator **out, git_repository *repo,
       const char *glob),
      (out, repo, glob))
CODE(git_reference_next_name, (const char **out, git_reference_iterator *iter), (out, iter))
CODE(git_repository_config, (git_config **out, git_repository *repo), (out, repo))
CODE(git_reference_list, (git_strarray *array, git_repository *repo), (array, repo))
RUN(git_repository_free, (git_repository *repo), (repo))
CODE(git_repository_head_unborn, (git_repository *repo), (repo))
CODE(git_repository_index, (git_index **out, git_repository *repo), (out, repo))
CODE(git_repository_is_shallow, (git_repository *repo), (repo))
CODE(git_repository_open_ext, (git_repository **out, const char *path, unsigned int flags,
       const char *ceiling_dirs),
      (out, path, flags, ceiling_dirs))
VALUE(const char *, git_repository_workdir, (const git_repository *repo), (repo))
CODE(git_revparse_single, (git_object **out, git_repository *repo, const char *spec),
      (out, repo, spec))
RUN(git_revwalk_free, (git_revwalk *walk), (walk))
CODE(git_revwalk_hide, (git_revwalk *walk, const git_oid *commit_id), (walk, commit_id))
CODE(git_revwalk_new, (git_revwalk **out, git_repository *repo), (out, repo))
CODE(git_revwalk_next, (git_oid *out, git_revwalk *walk), (out, walk))
CODE(git_revwalk_push, (git_revwalk *walk, const git_oid *id), (walk, id))
CODE(git_revwalk_push_glob, (git_revwalk *walk, const char *glob), (walk, glob))
CODE(git_revwalk_push_head, (git_revwalk *walk), (walk))
CODE(git_revwalk_sorting, (git_revwalk *walk, unsigned int sort_mode), (walk, sort_mode))
CODE(git_status_foreach_ext, (git_repository *repo, const git_status_options *opts,
       git_status_cb callback, void *payload),
      (repo, opts, callback, payload))
CODE(git_status_options_init, (git_status_options *opts, unsigned int version), (opts, version))
RUN(git_strarray_dispose, (git_strarray *array), (array))
VALUE(const git_tree_entry *, git_tree_entry_byindex, (const git_tree *tree, size_t idx),
      (tree, idx))
CODE(git_tree_entry_bypath, (git_tree_entry **out, const git_tree *root, const char *path),
      (out, root, path))
RUN(git_tree_entry_free, (git_tree_entry *entry), (entry))
VALUE(const git_oid *, git_tree_entry_id, (const git_tree_entry *entry), (entry))
VALUE(const char *, git_tree_entry_name, (const git_tree_entry *entry), (entry))
VALUE(git_object_t, git_tree_entry_type, (const git_tree_entry *entry), (entry))
VALUE(size_t, git_tree_entrycount, (const git_tree *tree), (tree))
RUN(git_tree_free, (git_tree *tree), (tree))
CODE(git_tree_lookup, (git_tree **out, git_repository *repo, const git_oid *id), (out, repo, id))
