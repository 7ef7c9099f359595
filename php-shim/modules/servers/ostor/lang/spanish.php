<?php

/**
 * What customers read, in Spanish. See english.php. Between a number and % stands a no-break space.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'es',
    'client_decimal_point' => ',',
    'client_thousands_separator' => "\u{202f}",
    'client_not_known' => 'desconocido',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}-hora',

    // Pages
    'client_title' => 'Almacenamiento de objetos',
    'client_pages' => 'Páginas del almacenamiento de objetos',
    'client_page_overview' => 'Resumen',
    'client_page_keys' => 'Claves de acceso',
    'client_page_connect' => 'Conectar una aplicación',
    'client_page_usage' => 'Uso por bucket',
    'client_action_keys' => 'Claves de acceso de S3',
    'client_back' => 'Volver',
    'client_copy' => 'Copiar',
    'client_copied' => 'Copiado',

    // State
    'client_state' => 'Estado',
    'client_state_active' => 'Activo',
    'client_state_active_text' => 'El almacenamiento se puede utilizar.',
    'client_state_pending' => 'Aún no creado',
    'client_state_pending_text' => 'El almacenamiento se configura después del pago. Vuelva dentro de unos minutos.',
    'client_state_suspended' => 'Suspendido',
    'client_state_suspended_text' => 'El acceso está bloqueado por ahora. Sus datos se conservan.',
    'client_state_suspended_reason_text' => 'El acceso está bloqueado por ahora. Sus datos se conservan. Motivo:'
        . ' {reason}',
    'client_state_deleting' => 'En proceso de eliminación',
    'client_state_deleting_text' => 'El almacenamiento fue cancelado. Los datos se están eliminando.',
    'client_state_retained' => 'Cancelado',
    'client_state_retained_text' => 'El almacenamiento fue cancelado. Los datos se conservan hasta {time} y después se'
        . ' eliminan.',
    'client_state_ended' => 'Finalizado',
    'client_state_ended_text' => 'Este almacenamiento está cerrado y ya no se puede usar.',

    // Connection
    'client_connection' => 'Conexión',
    'client_endpoint' => 'Endpoint',
    'client_region' => 'Región',
    'client_key_id' => 'ID de clave de acceso',
    'client_secret_key' => 'Clave de acceso secreta',
    'client_show_secret' => 'Mostrar la clave secreta',
    'client_path_style' => 'Utilice direcciones de tipo ruta (path-style): el nombre del bucket va después del'
        . ' endpoint.',

    // Usage
    'client_storage' => 'Almacenamiento y tráfico',
    'client_storage_used' => 'En uso: {used}',
    'client_storage_used_unlimited' => 'En uso: {used}, sin límite',
    'client_storage_used_of' => 'En uso: {used} de {quota} ({percent} %)',
    'client_storage_not_known' => 'En este momento no se sabe cuánto espacio está en uso.',
    'client_storage_not_known_of' => 'En este momento no se sabe cuánto de {quota} está en uso.',
    'client_storage_full' => 'Casi lleno: está en uso el {percent} % del almacenamiento. Cuando se llena, las subidas'
        . ' fallan.',
    'client_storage_at' => 'Almacenamiento a fecha de {time}.',
    'client_month' => 'Este mes',
    'client_downloaded' => 'Descargado',
    'client_uploaded' => 'Subido',
    'client_requests_put' => 'Solicitudes PUT',
    'client_requests_get' => 'Solicitudes GET',
    'client_requests_list' => 'Solicitudes LIST',
    'client_requests_other' => 'Otras solicitudes',
    'client_history' => 'Historial',
    'client_chart_days_stored' => 'Almacenado, últimos 30 días',
    'client_chart_days_downloaded' => 'Descargado, últimos 30 días',
    'client_chart_months_stored' => 'Almacenado, últimos 12 meses',
    'client_chart_months_downloaded' => 'Descargado, últimos 12 meses',
    'client_as_table' => 'Ver como tabla',
    'client_date' => 'Fecha',
    'client_column_stored' => 'Almacenado',
    'client_column_downloaded' => 'Descargado',
    'client_buckets' => 'Buckets',
    'client_bucket' => 'Bucket',
    'client_size' => 'Tamaño',
    'client_created' => 'Creado',
    'client_buckets_none' => 'Todavía no hay buckets.',
    'client_buckets_more' => 'Buckets mostrados: los {shown} más grandes de {total}.',
    'client_known_until' => 'El uso se conoce hasta {time}.',
    'client_known_until_not' => 'El uso todavía se está recopilando; estas cifras pueden estar incompletas.',
    'client_remark_stored' => 'Las cifras actuales no están disponibles en este momento. Se muestran las últimas'
        . ' guardadas.',
    'client_remark_not_live' => 'El almacenamiento no responde en este momento. Las claves no se pueden mostrar ni'
        . ' cambiar; las cifras son las últimas conocidas.',

    // Next invoice
    'client_invoice' => 'Próxima factura hasta ahora',
    'client_invoice_text' => 'Lo contabilizado hasta ahora, incluido el uso de meses anteriores aún no facturado. La'
        . ' factura se emite con las cifras definitivas.',
    'client_invoice_what' => 'Concepto',
    'client_invoice_so_far' => 'Hasta ahora',
    'client_invoice_included' => 'Incluido',
    'client_invoice_price' => 'Precio',

    // Keys
    'client_keys' => 'Claves de acceso',
    'client_keys_text' => 'Una aplicación necesita el ID de clave de acceso y la clave secreta. Puede haber dos pares a'
        . ' la vez. Para cambiarlos sin interrupciones: cree un par nuevo, introdúzcalo en sus aplicaciones y después'
        . ' revoque el antiguo.',
    'client_key_current' => 'actual',
    'client_key_old' => 'anterior',
    'client_new_pair' => 'Crear un par nuevo',
    'client_revoke' => 'Revocar…',
    'client_keys_not_known' => 'Las claves no están disponibles en este momento.',
    'client_key_unknown' => 'Esta clave no existe o ya se ha revocado.',
    'client_new_keys' => 'Guarde la clave secreta en un lugar seguro: quien la tenga puede leer y eliminar sus datos.',
    'client_sub_accounts' => 'Subcuentas',
    'client_sub_account' => 'Subcuenta',
    'client_sub_accounts_text' => 'Una subcuenta tiene sus propias claves y usa el mismo almacenamiento. Cree una para'
        . ' cada aplicación o persona.',
    'client_sub_accounts_none' => 'Su producto no incluye subcuentas.',
    'client_sub_accounts_any' => 'Subcuentas: {count}.',
    'client_sub_accounts_of' => 'Subcuentas: {count} de {most}.',
    'client_sub_name' => 'Nombre de la nueva subcuenta',
    'client_sub_name_rule' => 'Letras (a–z, A–Z), dígitos, punto, guion y guion bajo; al principio, una letra o un'
        . ' dígito; 64 caracteres como máximo.',
    'client_sub_create' => 'Crear subcuenta',
    'client_sub_delete' => 'Eliminar subcuenta…',
    'client_ask_revoke' => '¿Revocar la clave {key}?',
    'client_ask_revoke_consequence' => 'Las aplicaciones que la usan pierden el acceso de inmediato. Esta acción no se'
        . ' puede deshacer.',
    'client_ask_delete' => '¿Eliminar la subcuenta {name}?',
    'client_ask_delete_consequence' => 'Las claves de la subcuenta dejan de funcionar de inmediato. Los datos se'
        . ' conservan. Esta acción no se puede deshacer.',
    'client_button_revoke' => 'Revocar la clave',
    'client_button_delete' => 'Eliminar la subcuenta',
    'client_done_rotated' => 'La nueva clave {key} ya funciona. La antigua sigue funcionando hasta que la revoque.',
    'client_done_revoked' => 'La clave {key} ya no funciona.',
    'client_done_shown' => 'Las claves secretas se muestran a continuación, solo en esta página.',
    'client_done_created' => 'Se creó la subcuenta {name}.',
    'client_done_deleted' => 'Se eliminó la subcuenta {name}.',

    // Settings of apps
    'client_connect' => 'Conectar una aplicación',
    'client_connect_text' => 'Copie la configuración para su aplicación. Ponga la clave secreta en lugar de {place}.',
    'client_connect_none' => 'La configuración no se puede mostrar en este momento.',

    // Usage by bucket
    'client_usage' => 'Uso por bucket',
    'client_usage_month' => 'Mes',
    'client_usage_show' => 'Mostrar',
    'client_usage_download' => 'Descargar como CSV',
    'client_usage_none' => 'No hubo uso en este mes.',
    'client_usage_not_known' => 'No hay datos de este mes.',
    'client_usage_days' => '{bucket} por día',
    'client_requests' => 'Solicitudes',
    'client_stored_hours' => 'Tamaño × tiempo',
    'client_no_bucket' => '(solicitudes sin bucket)',
    'client_computed' => 'Cómo se calcula',
    'client_computed_unit' => '1 {unit} equivale a {gigabyte} bytes.',
    'client_computed_storage' => 'El almacenamiento se mide en tamaño × tiempo: {stored} en el mes mostrado. Dividido'
        . ' entre las {hours} horas del mes completo, resulta un promedio de {average} {unit}.',
    'client_computed_traffic' => 'En las descargas cuentan los bytes de sus archivos: {bytes} bytes son {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'Las cifras llegan con aproximadamente una hora de retraso. Lo que solo se conoce'
        . ' después del fin de un mes se factura junto con el mes siguiente.',

    // Refusals
    'client_error' => 'No se pudo completar la operación. Inténtelo de nuevo más tarde o póngase en contacto con'
        . ' nuestro servicio de soporte.',
    'client_error_with_id' => 'No se pudo completar la operación. Inténtelo de nuevo más tarde o póngase en contacto'
        . ' con nuestro servicio de soporte e indique el ID de solicitud {id}.',
    'client_error_account_suspended' => 'El servicio está suspendido, por lo que no se puede cambiar nada.',
    'client_error_key_limit' => 'Ya hay dos pares y no puede haber más. Revoque uno primero.',
    'client_error_key_in_use' => 'Esta clave está en uso. Cree primero un par nuevo.',
    'client_error_sub_account_limit' => 'Su producto no permite más subcuentas.',
    'client_error_sub_account_exists' => 'Ya existe una subcuenta con este nombre.',
    'client_error_sub_account_unknown' => 'No existe ninguna subcuenta con este nombre.',
    'client_error_invalid_params' => 'No es posible hacerlo con los datos enviados. Revíselos e inténtelo de nuevo.',
    'client_error_busy' => 'Hay otro cambio en curso. Inténtelo de nuevo en unos instantes.',
    'client_not_yours' => 'Este servicio no le pertenece.',
    'client_not_active' => 'El servicio no está activo, por lo que no hay nada que mostrar ni cambiar.',
    'client_form_expired' => 'El formulario ha caducado. Abra la página de nuevo y repita la operación.',
    'client_sub_name_wrong' => 'El nombre solo puede contener letras (a–z, A–Z), dígitos, puntos, guiones y guiones'
        . ' bajos y debe empezar por una letra o un dígito; 64 caracteres como máximo.',
];
