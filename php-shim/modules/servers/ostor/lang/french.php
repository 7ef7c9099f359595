<?php

/**
 * What customers read, in French. See english.php. Before : ; ? and % stands a no-break space.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'fr',
    'client_decimal_point' => ',',
    'client_thousands_separator' => "\u{202f}",
    'client_not_known' => 'inconnu',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}·h',

    // Pages
    'client_title' => 'Stockage objet',
    'client_pages' => 'Pages du stockage objet',
    'client_page_overview' => 'Vue d’ensemble',
    'client_page_keys' => 'Clés d’accès',
    'client_page_connect' => 'Connecter une application',
    'client_page_usage' => 'Utilisation par bucket',
    'client_action_keys' => 'Clés d’accès S3',
    'client_back' => 'Retour',
    'client_copy' => 'Copier',
    'client_copied' => 'Copié',

    // State
    'client_state' => 'Statut',
    'client_state_active' => 'Actif',
    'client_state_active_text' => 'Le stockage est utilisable.',
    'client_state_pending' => 'Pas encore créé',
    'client_state_pending_text' => 'Le stockage est mis en place après le paiement. Revenez dans quelques minutes.',
    'client_state_suspended' => 'Suspendu',
    'client_state_suspended_text' => 'L’accès est bloqué pour le moment. Vos données sont conservées.',
    'client_state_suspended_reason_text' => 'L’accès est bloqué pour le moment. Vos données sont conservées. Motif :'
        . ' {reason}',
    'client_state_deleting' => 'Suppression en cours',
    'client_state_deleting_text' => 'Le stockage a été résilié. Les données sont en cours de suppression.',
    'client_state_retained' => 'Résilié',
    'client_state_retained_text' => 'Le stockage a été résilié. Les données sont conservées jusqu’au {time}, puis'
        . ' supprimées.',
    'client_state_ended' => 'Clôturé',
    'client_state_ended_text' => 'Ce stockage est clôturé et ne peut plus être utilisé.',

    // Connection
    'client_connection' => 'Connexion',
    'client_endpoint' => 'Point de terminaison',
    'client_region' => 'Région',
    'client_key_id' => 'ID de clé d’accès',
    'client_secret_key' => 'Clé d’accès secrète',
    'client_show_secret' => 'Afficher la clé secrète',
    'client_path_style' => 'Utilisez des adresses de type chemin (path-style) : le nom du bucket suit le point de'
        . ' terminaison.',

    // Usage
    'client_storage' => 'Stockage et trafic',
    'client_storage_used' => 'Utilisé : {used}',
    'client_storage_used_unlimited' => 'Utilisé : {used}, sans limite',
    'client_storage_used_of' => 'Utilisé : {used} sur {quota} ({percent} %)',
    'client_storage_not_known' => 'L’espace utilisé n’est pas connu pour le moment.',
    'client_storage_not_known_of' => 'L’espace utilisé sur {quota} n’est pas connu pour le moment.',
    'client_storage_full' => 'Presque plein : stockage utilisé à {percent} %. Une fois le stockage plein, les envois'
        . ' échouent.',
    'client_storage_at' => 'Stockage relevé le {time}.',
    'client_month' => 'Ce mois-ci',
    'client_downloaded' => 'Téléchargé',
    'client_uploaded' => 'Envoyé',
    'client_requests_put' => 'Requêtes PUT',
    'client_requests_get' => 'Requêtes GET',
    'client_requests_list' => 'Requêtes LIST',
    'client_requests_other' => 'Autres requêtes',
    'client_history' => 'Historique',
    'client_chart_days_stored' => 'Stocké, 30 derniers jours',
    'client_chart_days_downloaded' => 'Téléchargé, 30 derniers jours',
    'client_chart_months_stored' => 'Stocké, 12 derniers mois',
    'client_chart_months_downloaded' => 'Téléchargé, 12 derniers mois',
    'client_as_table' => 'Afficher sous forme de tableau',
    'client_date' => 'Date',
    'client_column_stored' => 'Stocké',
    'client_column_downloaded' => 'Téléchargé',
    'client_buckets' => 'Buckets',
    'client_bucket' => 'Bucket',
    'client_size' => 'Taille',
    'client_created' => 'Création',
    'client_buckets_none' => 'Il n’y a pas encore de bucket.',
    'client_buckets_more' => 'Buckets affichés : les {shown} plus grands sur {total}.',
    'client_known_until' => 'L’utilisation est connue jusqu’au {time}.',
    'client_known_until_not' => 'L’utilisation est encore en cours de collecte ; ces chiffres peuvent être incomplets.',
    'client_remark_stored' => 'Les chiffres actuels sont indisponibles pour le moment. Les derniers chiffres'
        . ' enregistrés sont affichés.',
    'client_remark_not_live' => 'Le stockage ne répond pas pour le moment. Les clés ne peuvent être ni affichées ni'
        . ' modifiées ; les chiffres sont les derniers connus.',

    // Next invoice
    'client_invoice' => 'Prochaine facture à ce jour',
    'client_invoice_text' => 'Utilisation comptée à ce jour, y compris celle des mois précédents qui n’a pas encore'
        . ' été facturée. La facture est établie à partir des chiffres définitifs.',
    'client_invoice_what' => 'Désignation',
    'client_invoice_so_far' => 'À ce jour',
    'client_invoice_included' => 'Inclus',
    'client_invoice_price' => 'Prix',

    // Keys
    'client_keys' => 'Clés d’accès',
    'client_keys_text' => 'Une application a besoin de l’ID de clé d’accès et de la clé secrète. Deux paires peuvent'
        . ' exister en même temps. Pour en changer sans interruption : créez une nouvelle paire, saisissez-la dans vos'
        . ' applications, puis révoquez l’ancienne.',
    'client_key_current' => 'actuelle',
    'client_key_old' => 'ancienne',
    'client_new_pair' => 'Créer une nouvelle paire',
    'client_revoke' => 'Révoquer…',
    'client_keys_not_known' => 'Les clés sont indisponibles pour le moment.',
    'client_key_unknown' => 'Cette clé n’existe pas ou a déjà été révoquée.',
    'client_new_keys' => 'Conservez la clé secrète en lieu sûr : quiconque la possède peut lire et supprimer vos'
        . ' données.',
    'client_sub_accounts' => 'Sous-comptes',
    'client_sub_account' => 'Sous-compte',
    'client_sub_accounts_text' => 'Un sous-compte a ses propres clés et utilise le même stockage. Créez-en un par'
        . ' application ou par personne.',
    'client_sub_accounts_none' => 'Votre produit ne comprend pas de sous-comptes.',
    'client_sub_accounts_any' => 'Sous-comptes : {count}.',
    'client_sub_accounts_of' => 'Sous-comptes : {count} sur {most}.',
    'client_sub_name' => 'Nom du nouveau sous-compte',
    'client_sub_name_rule' => 'Lettres (a–z, A–Z), chiffres, point, trait d’union et tiret bas ; une lettre ou un'
        . ' chiffre au début ; 64 caractères au maximum.',
    'client_sub_create' => 'Créer le sous-compte',
    'client_sub_delete' => 'Supprimer le sous-compte…',
    'client_ask_revoke' => 'Révoquer la clé {key} ?',
    'client_ask_revoke_consequence' => 'Les applications qui l’utilisent perdent aussitôt l’accès. Cette action est'
        . ' irréversible.',
    'client_ask_delete' => 'Supprimer le sous-compte {name} ?',
    'client_ask_delete_consequence' => 'Ses clés cessent aussitôt de fonctionner. Vos données sont conservées. Cette'
        . ' action est irréversible.',
    'client_button_revoke' => 'Révoquer la clé',
    'client_button_delete' => 'Supprimer le sous-compte',
    'client_done_rotated' => 'La nouvelle clé {key} fonctionne dès maintenant. L’ancienne reste valable jusqu’à ce que'
        . ' vous la révoquiez.',
    'client_done_revoked' => 'La clé {key} ne fonctionne plus.',
    'client_done_shown' => 'Les clés secrètes sont affichées ci-dessous, sur cette page uniquement.',
    'client_done_created' => 'Le sous-compte {name} a été créé.',
    'client_done_deleted' => 'Le sous-compte {name} a été supprimé.',

    // Settings of apps
    'client_connect' => 'Connecter une application',
    'client_connect_text' => 'Copiez les paramètres destinés à votre application. Mettez la clé secrète à la place de'
        . ' {place}.',
    'client_connect_none' => 'Les paramètres ne peuvent pas être affichés pour le moment.',

    // Usage by bucket
    'client_usage' => 'Utilisation par bucket',
    'client_usage_month' => 'Mois',
    'client_usage_show' => 'Afficher',
    'client_usage_download' => 'Télécharger au format CSV',
    'client_usage_none' => 'Aucune utilisation au cours de ce mois.',
    'client_usage_not_known' => 'Aucune donnée pour ce mois.',
    'client_usage_days' => '{bucket} par jour',
    'client_requests' => 'Requêtes',
    'client_stored_hours' => 'Taille × durée',
    'client_no_bucket' => '(requêtes sans bucket)',
    'client_computed' => 'Mode de calcul',
    'client_computed_unit' => '1 {unit} correspond à {gigabyte} octets.',
    'client_computed_storage' => 'Le stockage se mesure en taille × durée : {stored} pour le mois affiché. Divisé par'
        . ' les {hours} heures du mois entier, cela donne une moyenne de {average} {unit}.',
    'client_computed_traffic' => 'Pour les téléchargements, seuls comptent les octets de vos fichiers. Octets :'
        . ' {bytes}, soit {downloaded} {unit}.',
    'client_computed_late' => 'Les chiffres arrivent avec environ une heure de retard. Ce qui n’est connu qu’après la'
        . ' fin d’un mois est facturé avec le mois suivant.',

    // Refusals
    'client_error' => 'L’opération a échoué. Réessayez plus tard ou contactez notre support.',
    'client_error_with_id' => 'L’opération a échoué. Réessayez plus tard ou contactez notre support en indiquant l’ID'
        . ' de requête {id}.',
    'client_error_account_suspended' => 'Le service est suspendu, aucune modification n’est possible.',
    'client_error_key_limit' => 'Il existe déjà deux paires, le maximum possible. Révoquez-en d’abord une.',
    'client_error_key_in_use' => 'Cette clé est en cours d’utilisation. Créez d’abord une nouvelle paire.',
    'client_error_sub_account_limit' => 'Votre produit ne permet pas d’autres sous-comptes.',
    'client_error_sub_account_exists' => 'Un sous-compte de ce nom existe déjà.',
    'client_error_sub_account_unknown' => 'Aucun sous-compte ne porte ce nom.',
    'client_error_invalid_params' => 'L’opération est impossible avec les données envoyées. Vérifiez-les et réessayez.',
    'client_error_busy' => 'Une autre modification est en cours. Réessayez dans un instant.',
    'client_not_yours' => 'Ce service ne vous appartient pas.',
    'client_not_active' => 'Le service n’est pas actif, il n’y a donc rien à afficher ni à modifier.',
    'client_form_expired' => 'Le formulaire a expiré. Ouvrez à nouveau la page et recommencez.',
    'client_sub_name_wrong' => 'Le nom ne peut contenir que des lettres (a–z, A–Z), des chiffres, des points, des'
        . ' traits d’union et des tirets bas et doit commencer par une lettre ou un chiffre ; 64 caractères au'
        . ' maximum.',
];
