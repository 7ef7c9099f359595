<?php

/**
 * Every text of the addon, in English. %s places are filled in order with plain text.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

$_ADDONLANG = [
    // The addon
    'addon_name' => 'S3 Object Storage (ostor)',
    'addon_description' => 'Users, keys, sub-accounts, buckets, limits, quotas and statistics of the object storage'
        . ' clusters behind the server module ostor.',
    'activated' => 'Tick the administrator roles that may use it under Access Control. The client of ostor-bridge'
        . ' needs the scope admin.',
    'deactivated' => 'The addon kept no data; nothing was removed.',
    'activity' => 'admin %s: %s',

    // Menu and lists
    'menu' => 'Object storage',
    'menu_users' => 'Users',
    'menu_buckets' => 'Buckets',
    'menu_statistics' => 'Statistics objects',
    'menu_defaults' => 'Defaults',
    'menu_deletions' => 'Deletions',
    'menu_drift' => 'Drift',
    'menu_adopt' => 'Adopt',
    'menu_notes' => 'Client notes',
    'menu_audit' => 'Audit',
    'server' => 'Server',
    'server_button' => 'Choose',
    'search_button' => 'Search',
    'list_empty' => 'There is nothing to list.',
    'pages' => 'Pages',
    'page_first' => 'First page',
    'page_next' => 'Next page',
    'not_known' => 'not known',

    // Names of what is shown
    'user_id' => 'S3 user ID',
    'email' => 'E-mail address',
    'state' => 'State',
    'enabled' => 'enabled',
    'disabled' => 'disabled',
    'service' => 'WHMCS service',
    'service_here' => '#%s (%s)',
    'service_elsewhere' => '#%s of the WHMCS %s (%s)',
    'service_none' => 'none',
    'service_number' => '#%s',
    'service_of_other' => '#%s of the WHMCS %s',
    'client' => 'client #%s',
    'owner' => 'Owner',
    'owner_id' => 'Owner ID',
    'bucket' => 'Bucket',
    'size' => 'Size',
    'size_most' => 'Largest size of the last hour',
    'byte_hours' => 'Byte-hours',
    'created' => 'Created',
    'last_changed' => 'Last changed (hour)',
    'epoch' => 'Epoch',
    'ops_put' => 'PUT requests',
    'ops_get' => 'GET requests',
    'ops_list' => 'LIST requests',
    'ops_other' => 'Other requests',

    // Users
    'users_title' => 'S3 users',
    'users_search' => 'Part of an e-mail address or user ID',
    'users_total' => 'Users found: %s.',
    'user_create_title' => 'Create an S3 user',
    'user_create_help' => 'A user made here belongs to no WHMCS service: nothing bills, suspends or deletes it. The'
        . ' user of a service is made by the service\'s Create.',
    'user_create_button' => 'Create user',
    'user_title' => 'S3 user %s',
    'user_has_service' => 'This user belongs to a WHMCS service. WHMCS does not notice what is done here: to lock the'
        . ' customer out use Suspend of the service, to end it Terminate.',
    'user_enable_button' => 'Enable user',
    'user_disable_button' => 'Disable user…',
    'user_delete_button' => 'Delete user…',
    'done_create_user' => 'The S3 user %s (%s) was created.',
    'done_delete_user' => 'The S3 user %s was deleted.',
    'gone_user' => 'The S3 user %s was not there any more.',
    'done_enable_user' => 'The S3 user %s is enabled.',
    'done_disable_user' => 'The S3 user %s is disabled.',
    'confirm_delete_user' => 'Delete the S3 user %s with all its keys and sub-accounts? This cannot be undone. A user'
        . ' who has buckets or belongs to a WHMCS service is not deleted.',
    'confirm_disable_user' => 'Disable the S3 user %s? Its keys stop working at once, its data stays. WHMCS does not'
        . ' notice: to suspend a service use Suspend on its page.',

    // Keys
    'keys_title' => 'Access keys',
    'key_id' => 'Access key ID',
    'key_secret' => 'Secret access key',
    'key_owner' => 'Belongs to',
    'key_action' => 'Revoke',
    'key_generate_button' => 'Generate key',
    'key_revoke_button' => 'Revoke…',
    'key_show_button' => 'Show secret keys',
    'keys_full' => 'There are two key pairs, more are not possible. Revoke one to make a new one.',
    'owner_user' => 'the user %s',
    'owner_account' => 'the sub-account %s',
    'done_generate_key' => 'The key %s of %s was made. WHMCS has not stored it: to change the key of a service use'
        . ' Rotate S3 Keys on its page.',
    'done_revoke_key' => 'The key %s of %s was revoked.',
    'gone_key' => 'The key %s of %s was not there any more.',
    'done_show_secrets' => 'The secret keys of %s were shown.',
    'confirm_revoke_key' => 'Revoke the key %s of %s? Whatever uses it stops working at once, and it cannot be'
        . ' brought back.',
    'secrets_again' => 'The secret keys were shown already. To see them once more press Show secret keys again.',
    'secrets_help' => 'The secret keys are shown on this page only. They are in no log and not kept by the browser.',
    'secrets_back' => 'Go on',

    // Sub-accounts
    'accounts_title' => 'Sub-accounts',
    'accounts_help' => 'A sub-account has key pairs of its own to the same buckets.',
    'account_heading' => 'Sub-account %s',
    'account_name' => 'Name of the sub-account',
    'account_create_button' => 'Create sub-account',
    'account_delete_button' => 'Delete sub-account…',
    'done_create_account' => 'The sub-account %s was created.',
    'done_delete_account' => 'The sub-account %s was deleted.',
    'gone_account' => 'The sub-account %s was not there any more.',
    'confirm_delete_account' => 'Delete the sub-account %s? Its keys stop working at once and cannot be brought back.',

    // Limits and quotas
    'limits_title' => 'Limits',
    'limits_help' => 'Numbers above 0 with at most two decimals; an empty field is no limit. The limits of a'
        . ' service\'s user come from its plan: Change Package puts them back.',
    'limits_button' => 'Set limits',
    'limits_delete_ops' => 'Remove request limits',
    'limits_delete_bandwidth' => 'Remove bandwidth limit',
    'limits_delete_all' => 'Remove all limits',
    'limits_none' => 'no limits',
    'done_limits' => 'Now in force: %s.',
    'field_limit' => 'Limit',
    'field_quota' => 'Quota in gigabytes',
    'quota_title' => 'Quota',
    'quota_none' => 'No quota of its own is set.',
    'quota_now' => 'The quota is %s GB.',
    'quota_button' => 'Set quota',
    'quota_delete_button' => 'Remove quota',
    'done_set_quota' => 'The quota is %s GB now.',
    'done_delete_quota' => 'The quota was removed.',

    // Buckets
    'buckets_title' => 'Buckets',
    'buckets_search' => 'Part of a bucket\'s name',
    'buckets_total' => 'Buckets found: %s.',
    'user_buckets_total' => 'Buckets: %s. Those listed hold %s.',
    'bucket_title' => 'Bucket %s',
    'bucket_delete_help' => 'Only an empty bucket is deleted.',
    'bucket_delete_button' => 'Delete bucket…',
    'done_delete_bucket' => 'The bucket %s was deleted.',
    'gone_bucket' => 'The bucket %s was not there any more.',
    'confirm_delete_bucket' => 'Delete the bucket %s? It is deleted only if it is empty. Its name becomes free for'
        . ' everybody.',

    // Usage
    'usage_title' => 'Usage',
    'usage_no_service' => 'Usage over time is known for users of services of this WHMCS.',
    'usage_hours' => '48 hours',
    'usage_days' => '30 days',
    'usage_months' => '12 months',
    'usage_until' => 'Complete until: %s.',
    'usage_table' => 'The figures as a table',
    'usage_start' => 'From',
    'usage_storage' => 'Stored',
    'usage_downloads' => 'Downloaded',
    'usage_uploads' => 'Uploaded',
    'chart_text' => 'From %s to %s: at most %s (%s), last %s.',
    'chart_empty' => '%s: not known for this time.',

    // Statistics objects
    'statistics_title' => 'Statistics objects',
    'statistics_help' => 'The gateway writes down its traffic in these objects. The bridge counts each one and'
        . ' deletes it; what is deleted before it is counted is never billed.',
    'object' => 'Statistics object',
    'object_title' => 'Statistics object %s',
    'object_name' => 'Name of a statistics object',
    'object_button' => 'Look at it',
    'object_missing' => 'The address names no statistics object.',
    'object_service' => 'Gateway service',
    'object_start' => 'Begins',
    'object_period' => 'Seconds',
    'object_state' => 'Counted',
    'object_action' => 'Delete',
    'object_tag' => 'Tag',
    'object_items' => 'Lines shown: %s of %s.',
    'object_delete' => 'Delete…',
    'object_discard' => 'Discard…',
    'counted' => 'yes',
    'counted_not' => 'no',
    'done_delete_statistics' => 'The statistics object %s was deleted.',
    'gone_statistics' => 'The statistics object %s was not there any more.',
    'confirm_delete_statistics' => 'Delete the statistics object %s? Only an object that is counted is deleted, so no'
        . ' usage is lost.',
    'confirm_discard_statistics' => 'Discard the statistics object %s? It is not counted: the usage in it will never'
        . ' be billed. This cannot be undone.',

    // Defaults
    'defaults_help' => 'These quotas hold for every user and bucket of the cluster that has none of its own.',
    'defaults_user' => 'Default quota of users',
    'defaults_bucket' => 'Default quota of buckets',
    'confirm_default_user' => 'Set the default quota of users to %s GB? It holds at once for every user without a'
        . ' quota of its own.',
    'confirm_default_bucket' => 'Set the default quota of buckets to %s GB? It holds at once for every bucket without'
        . ' a quota of its own.',
    'confirm_default_delete' => 'Remove this default quota? Users or buckets without a quota of their own are'
        . ' unlimited then.',

    // Deletions
    'deletions_title' => 'Deletions',
    'deletions_help' => 'What Terminate has ordered under the settings grace and purge, the latest first. The bridge works it'
        . ' off by itself and tries again what fails; a deletion that is blocked waits for somebody.',
    'job' => 'Job',
    'job_progress' => 'Progress',
    'job_action' => 'Change',
    'job_retry_button' => 'Retry…',
    'job_cancel_button' => 'Cancel deletion…',
    'job_about' => 'It deletes what the S3 user of service #%s has: %s.',
    'confirm_retry_job' => 'Have job %s go on now? It deletes all data of the user for good.',
    'confirm_cancel_job' => 'Cancel job %s? The data stays and the customer stays locked out. The service is suspended then,'
        . ' while WHMCS still calls it terminated: Unsuspend on its page lets the customer in again.',
    'done_retry_job' => 'The deletion goes on. %s',
    'done_cancel_job' => 'The deletion is cancelled. %s',
    'job_wrong' => '"%s" is not the number of a job. Nothing was changed.',

    // Drift
    'drift_title' => 'Drift',
    'drift_help' => 'Compares the services of WHMCS with the records of the bridge and with the cluster itself. Looking changes'
        . ' nothing. Every repair tells first what it would do.',
    'drift_button' => 'Compare now',
    'drift_again_button' => 'Compare again',
    'drift_total' => 'Disagreements: %s. Compared were %s accounts of the bridge and %s S3 users.',
    'drift_heading' => '%s: %s',
    'drift_what' => 'What disagrees',
    'drift_repair' => 'Repair',
    'drift_repair_button' => 'Repair…',
    'drift_by_hand' => 'by hand',
    'drift_more' => '%s more are not listed. The command ostor-bridge accounts lists all.',
    'drift_gone' => 'Nothing was changed: this is no longer so. %s',
    'drift_done' => 'Repaired. %s',
    'confirm_repair' => 'This would be done about: %s',
    'whmcs_runs' => 'WHMCS runs %s for service #%s, which is %s. As always it sends the mails that belong to the command, such'
        . ' as the welcome mail after a create.',
    'whmcs_done' => 'WHMCS ran %s for service #%s.',
    'whmcs_failed' => 'WHMCS could not run %s for service #%s: %s',
    'service_gone' => 'WHMCS has no service #%s on this cluster any more. Nothing was changed.',
    'service_changed' => 'Service #%s is %s in WHMCS by now, so %s is not what it needs. Nothing was changed. Compare again.',
    'finding_wrong' => 'The form does not say what to repair. Nothing was changed. Compare again.',
    'drift_user_missing' => 'The S3 user is missing',
    'drift_service_without_account' => 'Active in WHMCS, unknown to the bridge',
    'drift_account_without_service' => 'Known to the bridge, not in WHMCS',
    'drift_user_without_account' => 'S3 users that belong to no service',
    'drift_state_differs' => 'State of bridge and cluster differ',
    'drift_status_differs' => 'Status in WHMCS and state of the bridge differ',
    'drift_plan_differs' => 'Limits or quota differ',
    'drift_more_keys' => 'More key pairs than are known',
    'drift_duplicate_identity' => 'Several S3 users with one address',
    'drift_identity_changed' => 'The address of the S3 user has changed',
    'drift_user_id_differs' => 'Another S3 user ID in WHMCS',
    'drift_terminated_but_there' => 'Terminated, but the S3 user is there',
    'drift_usage_without_account' => 'Usage of nobody\'s user',

    // Adopting
    'adopt_title' => 'Adopt S3 users',
    'adopt_help' => 'Looks for the S3 users that were made by scripts or by hand, and for the services they belong to: by the'
        . ' access key IDs in client notes, the user ID stored in the service, and the e-mail address. Looking changes nothing.',
    'adopt_button' => 'Look for matches',
    'adopt_again_button' => 'Look again',
    'adopt_total' => 'Services looked at: %s. Adopted already: %s.',
    'adopt_heading' => '%s: %s',
    'adopt_match' => 'Can be adopted',
    'adopt_conflict' => 'Contradictions',
    'adopt_ambiguous' => 'Not certain',
    'adopt_none' => 'No S3 user found',
    'adopt_evidence' => 'Because',
    'adopt_action' => 'Adopt',
    'adopt_one_button' => 'Adopt…',
    'adopt_all_button' => 'Adopt all %s…',
    'adopt_on_button' => 'Go on with the remaining %s',
    'adopt_hand_title' => 'Adopt by hand',
    'adopt_hand_help' => 'Where you know better than the evidence does. The user must belong to no other service,'
        . ' or to one that was deleted in WHMCS: then give its number too.',
    'adopt_from' => 'Deleted service it belonged to',
    'adopt_hand_button' => 'Adopt this user…',
    'adopt_client' => 'The service belongs to client #%s, %s.',
    'adopt_stores' => 'WHMCS stores the user ID as Username, the secret key as Password, and the access key ID, as Create does.',
    'adopt_leaves' => 'At the cluster nothing changes: no key, no limit, no quota. The customer notices nothing.',
    'adopt_former' => 'Service #%s, which WHMCS does not have any more, loses it, with all usage counted so far.',
    'former_service_there' => 'The S3 user belongs to service #%s, which is in WHMCS. Terminate or delete that one first.'
        . ' Nothing was changed.',
    'confirm_adopt' => 'Adopt the S3 user %s (%s) for service #%s?',
    'confirm_adopt_all' => 'Adopt every S3 user that was found? Services: %s.',
    'done_adopt' => 'The S3 user %s (%s) belongs to service #%s now.',
    'done_adopt_all' => 'Adopted: %s. Left to do: %s. Failed: %s.',
    'adopted_without_key' => 'The S3 user %s was adopted, but it has no key pair. Run Create of the service, which makes one.',
    'adopt_failed' => 'Service #%s: %s',
    'identity_other' => 'The address of the S3 user %s is %s by now, not %s. Nothing was changed. Look again.',
    'service_not_adoptable' => 'WHMCS has no active or suspended service #%s of the module ostor on this cluster. Nothing was'
        . ' changed.',
    'server_not_stored' => 'The bridge has adopted the user, but WHMCS could not store the server of the service: %s. Adopt it'
        . ' again.',

    // Client notes
    'notes_title' => 'Client notes with secret keys',
    'notes_help' => 'Notes are not encrypted, and every member of staff reads them. Here the secret keys in them, as scripts'
        . ' wrote them, are replaced; everything else in the notes stays. Adopt the users first.',
    'notes_total' => 'Notes with secret keys: %s.',
    'note' => 'Note',
    'note_client' => 'Client',
    'note_action' => 'Scrub',
    'note_scrub_button' => 'Scrub…',
    'notes_scrub_button' => 'Scrub all…',
    'notes_none' => 'There is no such note with a secret key any more. Nothing was changed.',
    'note_preview' => 'Note %s of client #%s will read: %s',
    'note_preview_more' => 'And %s notes more.',
    'confirm_scrub' => 'Notes whose secret keys will be replaced: %s. They cannot be brought back, but the user\'s page'
        . ' shows them.',
    'done_scrub' => 'Notes whose secret keys were removed: %s (%s). Notes that had changed meanwhile and stayed as they'
        . ' are: %s.',

    // Audit
    'audit_title' => 'Audit',
    'audit_at' => 'Time',
    'audit_actor' => 'Who',
    'audit_client' => 'Client of the bridge',
    'audit_method' => 'What',
    'audit_service' => 'Service number',
    'audit_subject' => 'Subject',
    'audit_outcome' => 'Outcome',
    'audit_request' => 'Request',

    // Confirmation
    'confirm_title' => 'Please confirm',
    'confirm_button' => 'Yes, do it',
    'confirm_cancel' => 'Cancel, nothing was changed',

    // Trouble
    'admin_missing' => 'No administrator is logged in. Log in to WHMCS and open the page again.',
    'servers_none' => 'There is no server of the module ostor. Make one under Configuration > System Settings >'
        . ' Servers.',
    'addon_differs' => 'The addon is of version %s, the server module ostor beside it of version %s. Copy the folders of'
        . ' both from the same release.',
    'server_unknown' => 'There is no server %s of the module ostor. Choose another one.',
    'token_wrong' => 'The form has expired or was not sent from this page. Nothing was changed. Try again.',
    'action_unknown' => 'The form does not say what to do, so nothing was changed.',
    'field_search' => 'Search',
    'field_missing' => '%s is empty. Nothing was changed.',
    'field_wrong' => '%s holds characters that cannot be used. Nothing was changed.',
    'field_too_long' => '%s is longer than %s bytes. Nothing was changed.',
    'user_id_wrong' => '"%s" is not the ID of an S3 user, which has 16 digits from 0 to f. Nothing was changed.',
    'service_wrong' => '"%s" is not the number of a service.',
    'bucket_missing' => 'The address names no bucket. Nothing was changed.',
    'key_wrong' => '"%s" is not an access key ID. Nothing was changed.',
    'keys_changed' => 'The keys are no longer what they were when the form was made; perhaps it was sent twice. No'
        . ' key was made. Look at the list and try again.',
    'limits_unchanged' => 'The form holds the limits there were. Nothing was changed.',
    'limit_wrong' => '%s: "%s" is not a limit. Write a number from 0.01 to 1000000000 with at most two decimals, or'
        . ' leave the field empty for no limit. Nothing was changed.',
    'limit_type_wrong' => 'The form does not say which limits to remove. Nothing was changed.',
    'quota_wrong' => '"%s" is not a quota. Write a whole number of gigabytes from 1 to %s, or remove the quota.'
        . ' Nothing was changed.',
    'default_wrong' => 'The form does not say which default it is about. Nothing was changed.',
];
