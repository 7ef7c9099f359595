<?php

/**
 * What customers read, in Brazilian Portuguese. See english.php.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'pt-BR',
    'client_decimal_point' => ',',
    'client_thousands_separator' => '.',
    'client_not_known' => 'desconhecido',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}-hora',

    // Pages
    'client_title' => 'Armazenamento de objetos',
    'client_pages' => 'Páginas do armazenamento de objetos',
    'client_page_overview' => 'Visão geral',
    'client_page_keys' => 'Chaves de acesso',
    'client_page_connect' => 'Conectar um aplicativo',
    'client_page_usage' => 'Uso por bucket',
    'client_action_keys' => 'Chaves de acesso do S3',
    'client_back' => 'Voltar',
    'client_copy' => 'Copiar',
    'client_copied' => 'Copiado',

    // State
    'client_state' => 'Status',
    'client_state_active' => 'Ativo',
    'client_state_active_text' => 'O armazenamento pode ser usado.',
    'client_state_pending' => 'Ainda não criado',
    'client_state_pending_text' => 'O armazenamento é configurado após o pagamento. Volte em alguns minutos.',
    'client_state_suspended' => 'Suspenso',
    'client_state_suspended_text' => 'O acesso está bloqueado no momento. Seus dados são mantidos.',
    'client_state_suspended_reason_text' => 'O acesso está bloqueado no momento. Seus dados são mantidos. Motivo:'
        . ' {reason}',
    'client_state_deleting' => 'Exclusão em andamento',
    'client_state_deleting_text' => 'O armazenamento foi cancelado. Os dados estão sendo excluídos.',
    'client_state_retained' => 'Cancelado',
    'client_state_retained_text' => 'O armazenamento foi cancelado. Os dados são mantidos até {time} e depois'
        . ' excluídos.',
    'client_state_ended' => 'Encerrado',
    'client_state_ended_text' => 'Este armazenamento foi encerrado e não pode mais ser usado.',

    // Connection
    'client_connection' => 'Conexão',
    'client_endpoint' => 'Endpoint',
    'client_region' => 'Região',
    'client_key_id' => 'ID da chave de acesso',
    'client_secret_key' => 'Chave de acesso secreta',
    'client_show_secret' => 'Mostrar chave secreta',
    'client_path_style' => 'Use endereços no estilo de caminho (path-style): o nome do bucket vem depois do endpoint.',

    // Usage
    'client_storage' => 'Armazenamento e tráfego',
    'client_storage_used' => 'Em uso: {used}',
    'client_storage_used_unlimited' => 'Em uso: {used}, sem limite',
    'client_storage_used_of' => 'Em uso: {used} de {quota} ({percent}%)',
    'client_storage_not_known' => 'No momento, não se sabe quanto espaço está em uso.',
    'client_storage_not_known_of' => 'No momento, não se sabe quanto de {quota} está em uso.',
    'client_storage_full' => 'Quase cheio: {percent}% do armazenamento está em uso. Quando fica cheio, os envios'
        . ' falham.',
    'client_storage_at' => 'Posição do armazenamento em {time}.',
    'client_month' => 'Este mês',
    'client_downloaded' => 'Baixado',
    'client_uploaded' => 'Enviado',
    'client_requests_put' => 'Solicitações PUT',
    'client_requests_get' => 'Solicitações GET',
    'client_requests_list' => 'Solicitações LIST',
    'client_requests_other' => 'Outras solicitações',
    'client_history' => 'Histórico',
    'client_chart_days_stored' => 'Armazenado, últimos 30 dias',
    'client_chart_days_downloaded' => 'Baixado, últimos 30 dias',
    'client_chart_months_stored' => 'Armazenado, últimos 12 meses',
    'client_chart_months_downloaded' => 'Baixado, últimos 12 meses',
    'client_as_table' => 'Mostrar como tabela',
    'client_date' => 'Data',
    'client_column_stored' => 'Armazenado',
    'client_column_downloaded' => 'Baixado',
    'client_buckets' => 'Buckets',
    'client_bucket' => 'Bucket',
    'client_size' => 'Tamanho',
    'client_created' => 'Criado',
    'client_buckets_none' => 'Ainda não há buckets.',
    'client_buckets_more' => 'Buckets exibidos: os {shown} maiores de {total}.',
    'client_known_until' => 'O uso é conhecido até {time}.',
    'client_known_until_not' => 'O uso ainda está sendo coletado; estes números podem estar incompletos.',
    'client_remark_stored' => 'Os números atuais não estão disponíveis no momento. São exibidos os últimos'
        . ' registrados.',
    'client_remark_not_live' => 'O armazenamento não está respondendo no momento. As chaves não podem ser exibidas nem'
        . ' alteradas; os números são os últimos conhecidos.',

    // Next invoice
    'client_invoice' => 'Próxima fatura até agora',
    'client_invoice_text' => 'O que foi contabilizado até agora, incluindo o uso de meses anteriores ainda não'
        . ' faturado. A fatura é emitida com os números finais.',
    'client_invoice_what' => 'Item',
    'client_invoice_so_far' => 'Até agora',
    'client_invoice_included' => 'Incluído',
    'client_invoice_price' => 'Preço',

    // Keys
    'client_keys' => 'Chaves de acesso',
    'client_keys_text' => 'Um aplicativo precisa do ID da chave de acesso e da chave secreta. Pode haver dois pares ao'
        . ' mesmo tempo. Para trocá-los sem interrupção: crie um novo par, informe-o nos seus aplicativos e depois'
        . ' revogue o antigo.',
    'client_key_current' => 'atual',
    'client_key_old' => 'antiga',
    'client_new_pair' => 'Criar novo par',
    'client_revoke' => 'Revogar…',
    'client_keys_not_known' => 'As chaves não estão disponíveis no momento.',
    'client_key_unknown' => 'Esta chave não existe ou já foi revogada.',
    'client_new_keys' => 'Guarde a chave secreta em um local seguro: quem a tiver pode ler e excluir os seus dados.',
    'client_sub_accounts' => 'Subcontas',
    'client_sub_account' => 'Subconta',
    'client_sub_accounts_text' => 'Uma subconta tem chaves próprias e usa o mesmo armazenamento. Crie uma para cada'
        . ' aplicativo ou pessoa.',
    'client_sub_accounts_none' => 'Seu produto não inclui subcontas.',
    'client_sub_accounts_any' => 'Subcontas: {count}.',
    'client_sub_accounts_of' => 'Subcontas: {count} de {most}.',
    'client_sub_name' => 'Nome da nova subconta',
    'client_sub_name_rule' => 'Letras (a–z, A–Z), dígitos, ponto, hífen e sublinhado; no início, uma letra ou um'
        . ' dígito; no máximo 64 caracteres.',
    'client_sub_create' => 'Criar subconta',
    'client_sub_delete' => 'Excluir subconta…',
    'client_ask_revoke' => 'Revogar a chave {key}?',
    'client_ask_revoke_consequence' => 'Os aplicativos que a usam perdem o acesso imediatamente. Esta ação não pode ser'
        . ' desfeita.',
    'client_ask_delete' => 'Excluir a subconta {name}?',
    'client_ask_delete_consequence' => 'As chaves da subconta deixam de funcionar imediatamente. Seus dados são'
        . ' mantidos. Esta ação não pode ser desfeita.',
    'client_button_revoke' => 'Revogar a chave',
    'client_button_delete' => 'Excluir a subconta',
    'client_done_rotated' => 'A nova chave {key} já funciona. A antiga continua funcionando até você revogá-la.',
    'client_done_revoked' => 'A chave {key} não funciona mais.',
    'client_done_shown' => 'As chaves secretas são exibidas abaixo, somente nesta página.',
    'client_done_created' => 'A subconta {name} foi criada.',
    'client_done_deleted' => 'A subconta {name} foi excluída.',

    // Settings of apps
    'client_connect' => 'Conectar um aplicativo',
    'client_connect_text' => 'Copie as configurações para o seu aplicativo. Coloque a chave secreta no lugar de'
        . ' {place}.',
    'client_connect_none' => 'As configurações não podem ser exibidas no momento.',

    // Usage by bucket
    'client_usage' => 'Uso por bucket',
    'client_usage_month' => 'Mês',
    'client_usage_show' => 'Mostrar',
    'client_usage_download' => 'Baixar como CSV',
    'client_usage_none' => 'Não houve uso neste mês.',
    'client_usage_not_known' => 'Não há dados deste mês.',
    'client_usage_days' => '{bucket} por dia',
    'client_requests' => 'Solicitações',
    'client_stored_hours' => 'Tamanho × tempo',
    'client_no_bucket' => '(requisições sem bucket)',
    'client_computed' => 'Como é feito o cálculo',
    'client_computed_unit' => '1 {unit} equivale a {gigabyte} bytes.',
    'client_computed_storage' => 'O armazenamento é medido em tamanho × tempo: {stored} no mês exibido. Dividido pelas'
        . ' {hours} horas do mês inteiro, resulta em uma média de {average} {unit}.',
    'client_computed_traffic' => 'Nos downloads contam os bytes dos seus arquivos: {bytes} bytes são {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'Os números chegam com cerca de uma hora de atraso. O que só é conhecido após o fim de'
        . ' um mês é cobrado junto com o mês seguinte.',

    // Refusals
    'client_error' => 'Não foi possível concluir a operação. Tente novamente mais tarde ou fale com o nosso suporte.',
    'client_error_with_id' => 'Não foi possível concluir a operação. Tente novamente mais tarde ou fale com o nosso'
        . ' suporte e informe o ID da requisição {id}.',
    'client_error_account_suspended' => 'O serviço está suspenso, por isso nada pode ser alterado.',
    'client_error_key_limit' => 'Já existem dois pares e não é possível ter mais. Revogue um deles primeiro.',
    'client_error_key_in_use' => 'Esta chave está em uso. Crie um novo par primeiro.',
    'client_error_sub_account_limit' => 'Seu produto não permite mais subcontas.',
    'client_error_sub_account_exists' => 'Já existe uma subconta com esse nome.',
    'client_error_sub_account_unknown' => 'Não existe nenhuma subconta com esse nome.',
    'client_error_invalid_params' => 'Não é possível fazer isso com os dados enviados. Verifique-os e tente novamente.',
    'client_error_busy' => 'Outra alteração está em andamento. Tente novamente em instantes.',
    'client_not_yours' => 'Este serviço não pertence a você.',
    'client_not_active' => 'O serviço não está ativo, por isso não há nada para exibir ou alterar.',
    'client_form_expired' => 'O formulário expirou. Abra a página novamente e repita a operação.',
    'client_sub_name_wrong' => 'O nome só pode ter letras (a–z, A–Z), dígitos, pontos, hifens e sublinhados e deve'
        . ' começar com uma letra ou um dígito; no máximo 64 caracteres.',
];
