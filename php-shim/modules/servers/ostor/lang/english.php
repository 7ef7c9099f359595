<?php

/**
 * Every text people read, in English.
 *
 * Keys that begin with client_ are what customers read. They can be had in other languages: a file of the language's
 * name beside this one, with the keys it translates. Their {places} are filled by name, in any order; the texts are
 * plain, without HTML. The other keys are for staff; their %s places are filled in order.
 *
 * Names of product settings stand in lib/Settings.php: configurable options refer to them by name.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Product settings
    'unique_identifier' => 'S3 user ID',
    'setting_quota' => 'Whole number of gigabytes the customer may store. Empty or "unlimited": no quota.',
    'setting_requests' => 'Requests per second of every kind not set below, for example 100 or 0.5. Empty: no limit.',
    'setting_get' => 'GET requests per second. Empty: as Requests/s.',
    'setting_put' => 'PUT requests per second. Empty: as Requests/s.',
    'setting_list' => 'LIST requests per second. Empty: as Requests/s.',
    'setting_delete' => 'DELETE requests per second. Empty: as Requests/s.',
    'setting_bandwidth' => 'Download speed in kilobytes per second. Empty: no limit.',
    'setting_termination' => 'What Terminate does with a customer who still has data. The grace time is'
        . ' terminate.grace in the configuration of the bridge.',
    'setting_termination_refuse' => 'refuse: Terminate fails while there are buckets, and names them',
    'setting_termination_grace' => 'grace: locked out now, all data deleted after the grace time; Unsuspend or Create'
        . ' undoes it until then',
    'setting_termination_purge' => 'purge: locked out and all data deleted now, for good',
    'setting_note' => 'The note written on the client\'s Notes page when the account is created.',
    'setting_note_off' => 'off: no note',
    'setting_note_ids' => 'ids: user ID, access key ID, endpoint',
    'setting_note_full' => 'full: the secret key as well (readable by all staff)',
    'setting_sub_accounts' => 'How many sub-accounts with their own keys the customer may create.',
    'setting_included_bandwidth' => 'Download volume per month in gigabytes, shown as the limit of the bandwidth'
        . ' usage. Empty: no limit.',

    // Trouble found before any call
    'addon_refused' => 'S3 storage cannot be sold as a product addon. Make it a product of its own.',
    'id_missing' => 'WHMCS did not say which service, client or server this is about (%s is missing).',
    'model_missing' => 'WHMCS did not hand over the service record, so the S3 credentials could not be stored.'
        . ' Nothing was created. Run Create from the service page of the client.',
    'server_fields_missing' => 'The server record lacks: %s. Open Configuration > System Settings > Servers, fill in'
        . ' the server of the ostor module and choose it for this product.',
    'server_host_invalid' => 'The Hostname %s of the server record is not a host name. Enter it without http://, port'
        . ' or path.',
    'server_port_invalid' => 'The Port %s of the server record is not a port number.',
    'setting_not_a_number' => '%s: %s is not a number. Write the number alone, with a dot for decimals, or'
        . ' unlimited; in a configurable option write 100|100 GB to show customers more than the number.'
        . ' Nothing was changed.',
    'setting_not_whole' => '%s: %s is not a whole number above 0. Write the number alone, or unlimited.'
        . ' Nothing was changed.',
    'setting_not_allowed' => '%s: %s is not one of %s. Nothing was changed.',

    'setting_not_an_amount' => '%s: %s is not a whole number from 0 up. Write the number alone, or unlimited.',

    // Trouble with the exchange
    'request' => '(request %s)',
    'unreachable' => 'The bridge at %s cannot be reached: %s. Check Hostname, Port and Secure of the server record'
        . ' and that ostor-bridge is running. Nothing was changed.',
    'tls_refused' => 'There is no trusted TLS connection to the bridge at %s: %s. Use the host name its certificate was'
        . ' issued for and a certificate this machine trusts; check that the Port speaks TLS. Nothing was changed.',
    'connection_lost' => 'The connection to the bridge at %s broke off: %s. The command may have been carried out;'
        . ' repeating it is safe.',
    'no_answer_in_time' => 'The bridge at %s did not answer within %s seconds. The command may have been carried out;'
        . ' repeating it is safe.',
    'answer_too_large' => 'The answer of %s is too large to come from the bridge. Check Hostname and Port of the'
        . ' server record.',
    'unauthorized' => 'The bridge at %s refused our signature. Compare Username and Password of the server record'
        . ' with [clients.NAME] and its secret in the configuration of the bridge, and the clocks of both machines.'
        . ' (request %s)',
    'redirected' => 'The bridge at %s sends us elsewhere (HTTP %s), which is not followed. Enter the final host, port'
        . ' and Secure in the server record.',
    'http_error' => 'At %s something answered HTTP %s (%s) in place of the bridge. Look at the proxy in front of it'
        . ' and at the log of ostor-bridge. The command may have been carried out; repeating it is safe.',
    'answer_empty' => 'The bridge at %s sent an empty answer. The command may have been carried out; repeating it'
        . ' is safe.',
    'answer_not_json' => 'What %s answered is not JSON (%s). Check Hostname and Port of the server record. The command'
        . ' may have been carried out; repeating it is safe.',
    'answer_foreign' => 'What %s answered does not belong to this call. The command may have been carried out;'
        . ' repeating it is safe.',
    'answer_without_result' => 'The answer of the bridge at %s holds neither a result nor an error. The command may'
        . ' have been carried out; repeating it is safe.',
    'answer_member_missing' => 'The answer of the bridge at %s lacks a usable %s. The module and the bridge may be of'
        . ' different versions. The command may have been carried out; repeating it is safe.',
    'account_unusable' => 'Account %s of a page the bridge sent has no usable %s, so nothing of that page was taken'
        . ' over. The module and the bridge may be of different versions.',
    'list_without_end' => 'Page %s of the list the bridge sent does not say properly where the next one begins, so it'
        . ' was not taken over. The module and the bridge may be of different versions.',
    'bridge_silent' => 'The bridge at %s does not say which modules fit it: it is older than the module (version %s), or'
        . ' a proxy in front of it takes the header Ostor-Interface away. Upgrade ostor-bridge to version %s or later.',
    'bridge_too_old' => 'The bridge at %s (version %s) is too old for the module (version %s). Upgrade ostor-bridge to'
        . ' version %s or later.',
    'module_too_old' => 'The bridge at %s (version %s) is too new for the module (version %s). Upgrade the module: unpack'
        . ' its zip of version %s over the folder of WHMCS.',
    'version_unknown' => 'unknown',
    'rpc_error' => '%s (reason: %s, request %s)',
    'reason_unknown' => 'unknown',
    'error_without_message' => 'The bridge reported an error without a message.',
    'retry_hint' => 'Repeating the command later may succeed.',

    // Trouble afterwards
    'not_terminated' => 'The bridge left the account in the state %s, which does not count as terminated.',
    'termination_grace' => 'The S3 user %s is locked out and its data is kept until %s, then deleted (job %s). Until then'
        . ' Unsuspend or Create gives the customer everything back, keys included.',
    'termination_purging' => 'The S3 user %s is locked out, and all its data is being deleted (job %s). How far that is'
        . ' stands on the service page, and in the addon S3 Object Storage under Deletions.',
    'not_stored' => 'The S3 user %s exists, but WHMCS could not store its credentials: %s. Run Create again; it will'
        . ' find the same user.',
    'connection_not_ok' => 'The bridge reports trouble with cluster %s. %s',
    'connection_warning' => 'connection test of cluster %s: %s',
    'note_not_written' => 'the client note of service %s was not written: %s',
    'note_not_removed' => 'the client note of service %s was not removed: %s',
    'database_missing' => 'the WHMCS database is not available to the module',
    'unexpected' => 'The module failed unexpectedly (%s: %s, %s). Repeating the command is safe; please report this.',

    // Buttons of the service page
    'button_rotate' => 'Rotate S3 Keys',
    'button_show' => 'Show S3 Credentials',
    'button_plan' => 'Re-apply S3 Plan',
    'button_usage' => 'Refresh S3 Usage',
    'button_unsuspend' => 'Enable S3 User',
    'button_retry' => 'Retry S3 Deletion',
    'button_cancel' => 'Cancel S3 Deletion',
    'not_created' => 'The service has no S3 user yet. Run Create first.',
    'model_missing_keys' => 'WHMCS did not hand over the service record, so a new key could not be stored. No key was'
        . ' made.',
    'key_not_stored' => 'The new key %s exists, but WHMCS could not store it: %s. The old key still works. Revoke the'
        . ' new one in the addon S3 Object Storage and try again.',
    'keys_rotated' => 'The new key %s is stored in the service. The old key %s works until it is revoked in the addon'
        . ' S3 Object Storage: give the customer time to change.',
    'keys_made' => 'The new key %s is stored in the service.',
    'suspended_in_whmcs' => 'The service is suspended in WHMCS. Use Unsuspend, which changes its status as well.',
    'not_active_in_whmcs' => 'The service is %s in WHMCS. Use Unsuspend or Create, which change its status as well.',
    'user_let_in' => 'The S3 user is enabled, with its plan in force.',
    'no_deletion' => 'No deletion was ever ordered for this service.',
    'nothing_to_retry' => 'There is nothing to try again. %s',
    'deletion_retried' => 'The deletion goes on. %s',
    'deletion_cancelled' => 'The deletion is cancelled: the data stays, and the customer stays locked out. Unsuspend lets the'
        . ' customer in again. %s',
    'usage_refreshed' => 'Disk usage: %s MB. Bandwidth of this month: %s MB.',
    'usage_not_known' => 'Neither storage nor bandwidth is known now, so the old figures stay. Try again later.',
    'not_known' => 'not known',
    'service_line' => 'service %s: %s',

    // Usage
    'usage_failed' => 'usage of server %s: not every service was brought up to date. %s',
    'usage_withheld' => 'usage of server %s: not every figure is known, the old ones stay. %s',
    'metrics_failed' => 'usage metrics of server %s: not every account was collected. %s',
    'metrics_withheld' => 'usage metrics of server %s: not every figure is known, the old ones stay. %s',
    'gigabyte_differs' => 'The bridge counts gigabytes as %s, the labels in WHMCS say %s, so no figure was taken over.'
        . ' Add the line define(\'OSTOR_GIGABYTE\', \'%s\'); to configuration.php of WHMCS, or set'
        . ' gigabyte = "%s" under [usage] in the configuration of the bridge.',
    'gigabyte_missing' => 'The bridge does not say what it takes for a gigabyte, so no figure was taken over. The'
        . ' module and the bridge may be of different versions.',
    'metric_storage' => 'Storage',
    'metric_storage_month' => 'Storage over the month',
    'metric_bandwidth_out' => 'Outgoing traffic',
    'metric_bandwidth_in' => 'Incoming traffic',
    'metric_requests_put' => 'PUT requests',
    'metric_requests_get' => 'GET requests',
    'metric_requests_list' => 'LIST requests',
    'metric_requests_other' => 'Other requests',
    'metric_buckets' => 'Buckets',
    'unit_request' => 'Request',
    'unit_requests' => 'Requests',
    'unit_bucket' => 'Bucket',
    'unit_buckets' => 'Buckets',

    'usage_row_unusable' => 'Row %s of the usage the bridge sent has no usable bucket, day or figure, so nothing of it'
        . ' was shown. The module and the bridge may be of different versions.',
    'notice_not_sent' => 'usage of server %s: %s mails about storage running out were not sent (services %s). %s',
    'page_failed' => 'page of the customer of service %s: %s',

    // Client note
    'note_user' => 'S3 user ID: %s',
    'note_key' => 'Access key ID: %s',
    'note_secret' => 'Secret access key: %s',
    'note_endpoint' => 'Endpoint: %s',

    // Admin's service page
    'tab_label' => 'S3 storage',
    'tab_whmcs' => 'WHMCS',
    'tab_bridge' => 'Bridge',
    'tab_gateway' => 'Gateway now',
    'tab_state' => 'State',
    'tab_user' => 'S3 user ID',
    'tab_keys' => 'Access key ID',
    'tab_plan' => 'Plan',
    'tab_differs' => 'differs',
    'tab_result' => 'S3 result',
    'tab_credentials' => 'S3 credentials',
    'tab_secret' => 'Secret access key',
    'tab_more' => 'S3 user',
    'tab_user_page' => 'Keys, sub-accounts, limits, buckets and usage',
    'tab_usage' => 'S3 usage',
    'tab_usage_text' => 'Buckets: %s. Stored: %s GiB (%s bytes)',
    'tab_warnings' => 'S3 warnings',
    'tab_not_live' => 'The gateway could not be asked; only the records of the bridge are shown.',

    'tab_deletion' => 'S3 deletion',
    'tab_deletion_page' => 'Deletions of this service',

    // Deletions
    'job_is' => 'Job %s (%s): %s.',
    'job_waiting' => 'waits for the end of the grace time on %s',
    'job_queued' => 'queued',
    'job_running' => 'under way',
    'job_blocked' => 'blocked, somebody has to act',
    'job_deleted' => 'everything is deleted',
    'job_cancelled' => 'cancelled',
    'job_stage' => 'Step: %s.',
    'stage_disable' => 'locking the user out',
    'stage_revoke' => 'revoking the customer\'s keys',
    'stage_uploads' => 'aborting unfinished uploads',
    'stage_objects' => 'deleting objects',
    'stage_buckets' => 'deleting buckets',
    'stage_user' => 'deleting the user',
    'stage_verify' => 'looking whether all is gone',
    'job_objects' => 'Deleted: %s objects, versions and uploads, %s.',
    'job_objects_left' => 'Deleted: %s objects, versions and uploads, %s; about %s are left.',
    'job_bytes' => '%s GiB',
    'job_bytes_of' => '%s of %s GiB',
    'job_buckets' => 'Buckets: %s of %s.',
    'job_seconds' => 'About %s left.',
    'job_next' => 'Attempt %s failed; the next one is at %s.',
    'job_lock' => 'Object lock ends on %s.',
    'job_finished' => 'Ended on %s.',
    'job_bar' => 'Deleted so far',
    'job_unusable' => 'The bridge told of a deletion without a usable %s. The module and the bridge may be of different'
        . ' versions.',
    'time_seconds' => '%s s',
    'time_minutes' => '%s min',
    'time_hours' => '%s h %s min',
    'time_days' => '%s d %s h',

    // Client summary of the admin area
    'summary_title' => 'S3 object storage',
    'summary_service' => 'Service',
    'summary_service_text' => '#%s %s',
    'summary_user' => 'S3 user',
    'summary_state' => 'State',
    'summary_keys' => 'Access key IDs',
    'summary_plan' => 'Quota and limits',
    'summary_buckets' => 'Buckets',
    'summary_stored' => 'Stored',
    'summary_state_text' => 'WHMCS: %s. Bridge: %s. Gateway: %s.',
    'summary_stored_text' => '%s MB at %s',
    'summary_bytes_text' => '%s GiB',
    'summary_unlimited' => 'no quota, no limits',
    'summary_more' => 'Only the first %s services are shown as they are now; the others as WHMCS has them stored.',
    'summary_link_user' => 'S3 user of service #%s',
    'summary_link_search' => 'Search S3 users by the client\'s address',
    'summary_link_create' => 'Create S3 user',
    'summary_link_users' => 'All S3 users',
    'summary_link_buckets' => 'All S3 buckets',
    'summary_link_statistics' => 'S3 statistics objects',
    'server_missing' => 'The service has no server of the module ostor. Choose one on its page.',
    'unlimited' => 'unlimited',
    'general_rate' => 'as %s',

    // Customers: figures
    'client_language_code' => 'en',
    'client_decimal_point' => '.',
    'client_thousands_separator' => ',',
    'client_not_known' => 'not known',
    'client_figure' => '{value} {unit}',
    'client_unit_hours' => '{unit} hours',

    // Customers: pages
    'client_title' => 'Object storage',
    'client_pages' => 'Pages of the object storage',
    'client_page_overview' => 'Overview',
    'client_page_keys' => 'Access keys',
    'client_page_connect' => 'Connect an app',
    'client_page_usage' => 'Usage by bucket',
    'client_action_keys' => 'S3 access keys',
    'client_back' => 'Back',
    'client_copy' => 'Copy',
    'client_copied' => 'Copied',

    // Customers: state
    'client_state' => 'State',
    'client_state_active' => 'Active',
    'client_state_active_text' => 'Your storage is ready to use.',
    'client_state_pending' => 'Not created yet',
    'client_state_pending_text' => 'Your storage is set up after the payment. Come back in a few minutes.',
    'client_state_suspended' => 'Suspended',
    'client_state_suspended_text' => 'Access is refused for now. Your data is kept.',
    'client_state_suspended_reason_text' => 'Access is refused for now. Your data is kept. Reason: {reason}',
    'client_state_deleting' => 'Being deleted',
    'client_state_deleting_text' => 'The storage was cancelled. The data is being deleted.',
    'client_state_retained' => 'Cancelled',
    'client_state_retained_text' => 'The storage was cancelled. The data is kept until {time}, then it is deleted.',
    'client_state_ended' => 'Ended',
    'client_state_ended_text' => 'This storage is closed and can no longer be used.',

    // Customers: connection
    'client_connection' => 'Connection',
    'client_endpoint' => 'Endpoint',
    'client_region' => 'Region',
    'client_key_id' => 'Access key ID',
    'client_secret_key' => 'Secret access key',
    'client_show_secret' => 'Show secret key',
    'client_path_style' => 'Use path-style addresses: the bucket name comes after the endpoint.',

    // Customers: usage
    'client_storage' => 'Storage and traffic',
    'client_storage_used' => '{used} used',
    'client_storage_used_unlimited' => '{used} used, no limit',
    'client_storage_used_of' => "{used} of {quota} used ({percent}\u{A0}%)",
    'client_storage_not_known' => 'How much is used is not known right now.',
    'client_storage_not_known_of' => 'How much of {quota} is used is not known right now.',
    'client_storage_full' => "Nearly full: {percent}\u{A0}% of the storage is in use. Uploads fail when it is full.",
    'client_storage_at' => 'Storage as of {time}.',
    'client_month' => 'This month',
    'client_downloaded' => 'Downloaded',
    'client_uploaded' => 'Uploaded',
    'client_requests_put' => 'PUT requests',
    'client_requests_get' => 'GET requests',
    'client_requests_list' => 'LIST requests',
    'client_requests_other' => 'Other requests',
    'client_history' => 'History',
    'client_chart_days_stored' => 'Stored, last 30 days',
    'client_chart_days_downloaded' => 'Downloaded, last 30 days',
    'client_chart_months_stored' => 'Stored, last 12 months',
    'client_chart_months_downloaded' => 'Downloaded, last 12 months',
    'client_as_table' => 'Show as a table',
    'client_date' => 'Date',
    'client_column_stored' => 'Stored',
    'client_column_downloaded' => 'Downloaded',
    'client_buckets' => 'Buckets',
    'client_bucket' => 'Bucket',
    'client_size' => 'Size',
    'client_created' => 'Created',
    'client_buckets_none' => 'You have no buckets yet.',
    'client_buckets_more' => 'The {shown} largest of {total} buckets are shown.',
    'client_known_until' => 'Usage is known until {time}.',
    'client_known_until_not' => 'Usage is still being collected; these figures may be incomplete.',
    'client_remark_stored' => 'Current figures are not available right now. You see what was last stored.',
    'client_remark_not_live' => 'The storage does not answer right now. Keys cannot be shown or changed; figures are'
        . ' the latest known.',

    // Customers: next invoice
    'client_invoice' => 'Next invoice so far',
    'client_invoice_text' => 'What has been counted so far, with usage of earlier months that was not billed yet. The'
        . ' invoice is made from the final figures.',
    'client_invoice_what' => 'Item',
    'client_invoice_so_far' => 'So far',
    'client_invoice_included' => 'Included',
    'client_invoice_price' => 'Price',

    // Customers: keys
    'client_keys' => 'Access keys',
    'client_keys_text' => 'An app needs the access key ID and the secret key. You can have two pairs at a time. To'
        . ' change them without interruption: make a new pair, put it into your apps, then revoke the old one.',
    'client_key_current' => 'current',
    'client_key_old' => 'old',
    'client_new_pair' => 'Make a new pair',
    'client_revoke' => 'Revoke…',
    'client_keys_not_known' => 'Your keys cannot be read right now. Try again later.',
    'client_key_unknown' => 'There is no such key, or it has been revoked already.',
    'client_new_keys' => 'Keep the secret key safe: whoever has it can read and delete your data.',
    'client_sub_accounts' => 'Sub-accounts',
    'client_sub_account' => 'Sub-account',
    'client_sub_accounts_text' => 'A sub-account has keys of its own and uses the same storage. Give one to each app or'
        . ' person.',
    'client_sub_accounts_none' => 'Your product includes no sub-accounts.',
    'client_sub_accounts_any' => 'Sub-accounts: {count}.',
    'client_sub_accounts_of' => 'Sub-accounts: {count} of {most}.',
    'client_sub_name' => 'Name of the new sub-account',
    'client_sub_name_rule' => 'Letters (a–z, A–Z), digits, dot, hyphen and underscore; the first is a letter or digit;'
        . ' 64 characters at most.',
    'client_sub_create' => 'Create sub-account',
    'client_sub_delete' => 'Delete sub-account…',
    'client_ask_revoke' => 'Revoke the key {key}?',
    'client_ask_revoke_consequence' => 'Apps that use it lose access at once. This cannot be undone.',
    'client_ask_delete' => 'Delete the sub-account {name}?',
    'client_ask_delete_consequence' => 'Its keys stop working at once. Your data stays. This cannot be undone.',
    'client_button_revoke' => 'Revoke the key',
    'client_button_delete' => 'Delete the sub-account',
    'client_done_rotated' => 'The new key {key} works now. The old one works on until you revoke it.',
    'client_done_revoked' => 'The key {key} does not work any more.',
    'client_done_shown' => 'The secret keys are shown below, on this page only.',
    'client_done_created' => 'The sub-account {name} was created.',
    'client_done_deleted' => 'The sub-account {name} was deleted.',

    // Customers: settings of apps
    'client_connect' => 'Connect an app',
    'client_connect_text' => 'Copy the settings for your app and put your secret key in the place of {place}.',
    'client_connect_none' => 'The settings cannot be shown right now.',

    // Customers: usage by bucket
    'client_usage' => 'Usage by bucket',
    'client_usage_month' => 'Month',
    'client_usage_show' => 'Show',
    'client_usage_download' => 'Download as CSV',
    'client_usage_none' => 'Nothing was used in this month.',
    'client_usage_not_known' => 'Nothing is known of this month.',
    'client_usage_days' => '{bucket} by day',
    'client_requests' => 'Requests',
    'client_stored_hours' => 'Size × time',
    'client_no_bucket' => '(requests without a bucket)',
    'client_computed' => 'How this is computed',
    'client_computed_unit' => '1 {unit} is {gigabyte} bytes.',
    'client_computed_storage' => 'Storage is measured in size × time: {stored} in this month. Divided by the {hours}'
        . ' hours of the whole month that is {average} {unit} on average.',
    'client_computed_traffic' => 'Downloads count the bytes of your files: {bytes} bytes are {downloaded} {unit}.',
    'client_computed_late' => 'Figures come about an hour late. What becomes known only after the end of a month is'
        . ' billed with the month after it.',

    // Customers: refusals
    'client_error' => 'That did not work. Try again later, or ask our support.',
    'client_error_with_id' => 'That did not work. Try again later, or ask our support and name the request ID {id}.',
    'client_error_account_suspended' => 'The service is suspended, so nothing can be changed.',
    'client_error_key_limit' => 'There are two pairs, more are not possible. Revoke one first.',
    'client_error_key_in_use' => 'This key is in use. Make a new pair first.',
    'client_error_sub_account_limit' => 'Your product allows no more sub-accounts.',
    'client_error_sub_account_exists' => 'There is a sub-account of this name already.',
    'client_error_sub_account_unknown' => 'There is no sub-account of this name.',
    'client_error_invalid_params' => 'That is not possible with these details. Check them and try again.',
    'client_error_busy' => 'Something else is being changed right now. Try again in a moment.',
    'client_not_yours' => 'This service does not belong to you.',
    'client_not_active' => 'The service is not active, so there is nothing to show or change.',
    'client_form_expired' => 'The form has expired. Open the page again and repeat it.',
    'client_sub_name_wrong' => 'The name may have letters (a–z, A–Z), digits, dot, hyphen and underscore only and'
        . ' begins with a letter or digit; 64 characters at most.',
];
