// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "support/generated_span.h"

namespace waybill::test {

// A service of the generated system.
struct GeneratedService {
  std::string_view name, noun, rpcService, database, language, scope, file;
};

inline constexpr std::array<GeneratedService, kGeneratedServices> kServices{{
    {"web-frontend", "page", "shop.Frontend", "redis", "nodejs", "@opentelemetry/instrumentation-http",
     "src/server.ts"},
    {"api-gateway", "api", "shop.Gateway", "redis", "go", "otelhttp", "internal/proxy/route.go"},
    {"orders", "orders", "shop.OrderService", "postgresql", "java", "io.opentelemetry.spring-webmvc-6.0",
     "OrderController.java"},
    {"catalog", "products", "shop.CatalogService", "postgresql", "java", "io.opentelemetry.spring-webmvc-6.0",
     "CatalogController.java"},
    {"cart", "carts", "shop.CartService", "redis", "dotnet", "Microsoft.AspNetCore", "CartStore.cs"},
    {"users", "users", "shop.UserService", "mysql", "python", "opentelemetry.instrumentation.flask",
     "users/views.py"},
    {"payment", "payments", "shop.PaymentService", "postgresql", "go", "otelgrpc", "payment/charge.go"},
    {"inventory", "stock", "shop.InventoryService", "mysql", "java", "io.opentelemetry.jdbc",
     "StockRepository.java"},
    {"shipping", "quotes", "shop.ShippingService", "postgresql", "rust", "tonic", "src/quote.rs"},
    {"pricing", "prices", "shop.PricingService", "mysql", "python", "opentelemetry.instrumentation.grpc",
     "pricing/rules.py"},
    {"bank-api", "auth", "bank.Authorization", "postgresql", "java", "io.opentelemetry.netty-4.1",
     "AuthHandler.java"},
    {"email", "mails", "shop.EmailService", "redis", "ruby", "OpenTelemetry::Instrumentation::Sinatra",
     "lib/mailer.rb"},
}};

}  // namespace waybill::test
